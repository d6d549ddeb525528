/** How many items are held out of training to say whether it helped. @module */

/** Most of the labelled items that may be held out, as a share. */
const LARGEST_SHARE = 0.2;

/**
 * The number of labelled items to hold out: whoever plans a run and whoever carries it out must
 * agree on it.
 *
 * @param labelled How many labelled items there are.
 * @param queries The most that was asked for.
 */
export function heldOutCount(labelled: number, queries: number): number {
  return Math.min(queries, Math.floor(labelled * LARGEST_SHARE));
}
