import { assertEquals } from "@std/assert";
import { Random } from "../../../src/random.ts";
import { nearDuplicates } from "../../../src/search/near_duplicates.ts";
import { unitVectors } from "../../../src/stores/unit_vectors.ts";

/** Rows of length 1 around some centres. */
function rows(count: number, dimensions: number, spread: number): Float32Array {
  const random = new Random(9).stream("rows");
  const centres = Array.from({ length: 40 * dimensions }, () => random.normal());
  const matrix = Array.from(
    { length: count * dimensions },
    (_, i) =>
      centres[(Math.floor(i / dimensions) % 40) * dimensions + i % dimensions]! +
      random.normal(0, spread),
  );
  const flat = new Float32Array(count * dimensions);
  unitVectors(matrix, dimensions).forEach((row, i) => flat.set(row!, i * dimensions));
  return flat;
}

/** Connected components by comparing every pair. */
function plainly(x: Float32Array, dimensions: number, threshold: number): number[][] {
  const count = x.length / dimensions;
  const group = Array.from({ length: count }, (_, i) => i);
  for (let a = 0; a < count; a++) {
    for (let b = a + 1; b < count; b++) {
      let cosine = 0;
      for (let d = 0; d < dimensions; d++) {
        cosine += x[a * dimensions + d]! * x[b * dimensions + d]!;
      }
      if (cosine < threshold || group[a] === group[b]) continue;
      const [from, to] = [group[b]!, group[a]!];
      group.forEach((g, i) => group[i] = g === from ? to : g);
    }
  }
  const members = Map.groupBy(group.keys(), (i) => group[i]!);
  return [...members.values()].filter((m) => m.length > 1)
    .sort((a, b) => b.length - a.length || a[0]! - b[0]!);
}

Deno.test("groups are those that comparing every pair gives", () => {
  for (const dimensions of [2, 7, 40]) {
    const x = rows(240, dimensions, 0.2);
    for (const threshold of [0.99, 0.95, 0.5, -1]) {
      assertEquals(
        nearDuplicates(x, dimensions, threshold),
        plainly(x, dimensions, threshold),
        `${dimensions} ${threshold}`,
      );
    }
  }
});

Deno.test("equal rows are found at a threshold of 1, and nothing in nothing", () => {
  const x = rows(6, 33, 1);
  x.set(x.slice(33, 66), 4 * 33);
  assertEquals(nearDuplicates(x, 33, 1), [[1, 4]]);
  assertEquals(nearDuplicates(new Float32Array(0), 33, 0.5), []);
});
