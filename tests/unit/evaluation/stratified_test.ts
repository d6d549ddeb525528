import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { stratifiedShare, stratifiedSplit } from "../../../src/evaluation/stratified.ts";
import { Random } from "../../../src/random.ts";

/** 100 of class 0, 50 of class 1, 3 of class 2, mixed. */
const labels = Int32Array.from(
  new Random(1).stream("mix").permutation(153),
  (i) => i < 100 ? 0 : i < 150 ? 1 : 2,
);

function counts(places: number[]): number[] {
  const found = [0, 0, 0];
  for (const place of places) found[labels[place]!]!++;
  return found;
}

Deno.test("a share takes the same share of each class, and at least one item", () => {
  const random = new Random(5);
  assertEquals(counts(stratifiedShare(labels, 0.1, random)), [10, 5, 1]);
  assertEquals(counts(stratifiedShare(labels, 0.01, random)), [1, 1, 1]);
  assertEquals(counts(stratifiedShare(labels, 1, random)), [100, 50, 3]);
});

Deno.test("the seed draws, and a larger share includes the smaller one", () => {
  const few = stratifiedShare(labels, 0.1, new Random(5));
  assertEquals(few, stratifiedShare(labels, 0.1, new Random(5)));
  assertNotEquals(few, stratifiedShare(labels, 0.1, new Random(6)));
  const more = new Set(stratifiedShare(labels, 0.3, new Random(5)));
  assert(few.every((place) => more.has(place)));
});

Deno.test("a split has every item once and leaves each class in the first part", () => {
  const [rest, part] = stratifiedSplit(labels, 0.2, new Random(5));
  assertEquals([...rest, ...part].sort((a, b) => a - b), Array.from(labels.keys()));
  assertEquals(counts(part), [20, 10, 1]);
  const [all, none] = stratifiedSplit(Int32Array.of(0, 1, 2), 0.5, new Random(5));
  assertEquals([all, none], [[0, 1, 2], []]);
});
