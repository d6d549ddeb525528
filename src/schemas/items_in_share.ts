/** Size of a share of a class. @module */

/** How many of a class's `count` items a share of them has: at least one. */
export function itemsInShare(fraction: number, count: number): number {
  return Math.max(1, Math.round(fraction * count));
}
