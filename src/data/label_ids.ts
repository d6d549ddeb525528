/** Label ids: class names as small integers, the same in all of several sets. @module */

/** Labels by number. */
export interface LabelIds {
  /** The names, sorted; a label's id is its place here. */
  classes: string[];
  /** For each list, its items' ids; -1 where there is no label. */
  ids: Int32Array[];
}

/** The id of each label, its place in `classes`; -1 where there is no label, or none of those. */
export function idsOf(labels: readonly (string | null)[], classes: readonly string[]): Int32Array {
  const byName = new Map(classes.map((name, id) => [name, id]));
  return Int32Array.from(labels, (label) => label === null ? -1 : byName.get(label) ?? -1);
}

/** Numbers the labels of one or more lists. */
export function labelIds(...lists: readonly (readonly (string | null)[])[]): LabelIds {
  const classes = [...new Set(lists.flat())].filter((label) => label !== null).sort();
  return { classes, ids: lists.map((list) => idsOf(list, classes)) };
}
