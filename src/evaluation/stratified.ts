/** Stratified draws: some of the labels of every class, by the seed. @module */
import type { Random } from "../random.ts";
import { itemsInShare } from "../schemas/items_in_share.ts";

/** Items by place, grouped by class, each group in an order drawn for it. */
function shuffledByClass(labels: Int32Array, random: Random): number[][] {
  const byClass = new Map<number, number[]>();
  labels.forEach((label, place) => {
    const group = byClass.get(label);
    if (group === undefined) byClass.set(label, [place]);
    else group.push(place);
  });
  return [...byClass].sort(([a], [b]) => a - b).map(([label, places]) =>
    Array.from(
      random.stream("stratified", [label]).permutation(places.length),
      (i) => places[i]!,
    )
  );
}

/**
 * A share of the items, the same share of each class and at least one item of each. Larger shares
 * by the same seed include the smaller ones.
 *
 * @param labels The class of each item, 0 or more.
 * @returns Places in `labels`, ascending.
 */
export function stratifiedShare(labels: Int32Array, fraction: number, random: Random): number[] {
  return shuffledByClass(labels, random)
    .flatMap((places) => places.slice(0, itemsInShare(fraction, places.length)))
    .sort((a, b) => a - b);
}

/**
 * Two parts, of which the second has about a share of each class and leaves at least one item of
 * each in the first.
 *
 * @returns Places in `labels`, ascending; the second is empty where every class has one item.
 */
export function stratifiedSplit(
  labels: Int32Array,
  fraction: number,
  random: Random,
): [rest: number[], part: number[]] {
  const rest: number[] = [];
  const part: number[] = [];
  for (const places of shuffledByClass(labels, random)) {
    const count = Math.min(places.length - 1, itemsInShare(fraction, places.length));
    part.push(...places.slice(0, count));
    rest.push(...places.slice(count));
  }
  return [rest.sort((a, b) => a - b), part.sort((a, b) => a - b)];
}
