import { assert, assertEquals, assertGreater, assertThrows } from "@std/assert";
import { hammingDistance, maximalHammingPermutations } from "../../../src/data/permutations.ts";
import { InvalidError } from "../../../src/errors.ts";

/** Counted here apart from the code under test. */
function distances(set: number[][]): { mean: number; min: number } {
  let sum = 0;
  let pairs = 0;
  let min = Infinity;
  for (let i = 0; i < set.length; i++) {
    for (let j = 0; j < i; j++) {
      const distance = set[i]!.filter((tile, place) => tile !== set[j]![place]).length;
      min = Math.min(min, distance);
      sum += distance;
      pairs++;
    }
  }
  return { mean: sum / pairs, min };
}

function assertOrders(set: number[][], tiles: number) {
  const sorted = Array.from({ length: tiles }, (_, i) => i);
  for (const order of set) assertEquals(order.toSorted((a, b) => a - b), sorted);
  assertEquals(new Set(set.map(String)).size, set.length);
}

Deno.test("24 orders of four tiles are all there are", () => {
  const set = maximalHammingPermutations(4, 24);
  assertEquals(set.length, 24);
  assertOrders(set, 4);
  assertEquals(set[0], [0, 1, 2, 3]);
});

Deno.test("few orders of four tiles are as far apart as possible", () => {
  // 4 rows of a Latin square differ everywhere; the 12 even orders differ in at least 3 places.
  assertEquals(distances(maximalHammingPermutations(4, 4)).min, 4);
  assertEquals(distances(maximalHammingPermutations(4, 12)).min, 3);
  assertEquals(distances(maximalHammingPermutations(4, 13)).min, 2);
});

Deno.test("orders of nine tiles are far apart, on the mean and at least", () => {
  for (
    const [count, min, mean] of [[9, 9, 9], [10, 8, 8.8], [71, 7, 8.05], [100, 6, 8], [
      1000,
      5,
      8,
    ]] as const
  ) {
    const set = maximalHammingPermutations(9, count);
    assertEquals(set.length, count);
    assertOrders(set, 9);
    const found = distances(set);
    assertEquals(found.min, min, `${count}: least distance ${found.min}`);
    assertGreater(found.mean + 1e-9, mean, `${count}: mean distance ${found.mean}`);
  }
});

Deno.test("a choice is always the same, and a smaller one is the start of a larger", () => {
  const set = maximalHammingPermutations(9, 200);
  assertEquals(maximalHammingPermutations(9, 200), set);
  assertEquals(maximalHammingPermutations(9, 50), set.slice(0, 50));
});

Deno.test("each order is as far from those before it as any other would have been", () => {
  const all = maximalHammingPermutations(4, 24);
  for (let k = 1; k < all.length; k++) {
    const least = (order: number[]) =>
      Math.min(...all.slice(0, k).map((other) => hammingDistance(order, other)));
    assert(all.slice(k).every((order) => least(order) <= least(all[k]!)), `order ${k}`);
  }
});

Deno.test("more orders than there are, or none, are refused", () => {
  for (const count of [0, 25, 1.5, NaN]) {
    assertThrows(() => maximalHammingPermutations(4, count), InvalidError, "1 to 24");
  }
});
