import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Random } from "../../../src/random.ts";
import { kMeans } from "../../../src/search/k_means.ts";

/** Points around `k` corners. */
function blobs(k: number, each: number, spread: number): Float32Array {
  const random = new Random(3).stream("blobs");
  const points = new Float32Array(k * each * 3);
  for (let i = 0; i < k * each; i++) {
    const corner = i % k;
    for (let d = 0; d < 3; d++) points[i * 3 + d] = ((corner >> d) & 1) + random.normal(0, spread);
  }
  return points;
}

Deno.test("k-means finds clusters that are plain to see, whatever the seed", () => {
  const points = blobs(8, 40, 0.03);
  for (const seed of [0, 1, 2]) {
    const { assignments } = kMeans(points, 3, 8, new Random(seed));
    assertEquals(new Set(assignments).size, 8);
    assignments.forEach((cluster, row) => assertEquals(cluster, assignments[row % 8]));
  }
});

Deno.test("what k-means ends with is a fixed point: each row at its nearest centre, each centre a mean", () => {
  const points = blobs(8, 20, 0.5);
  const { assignments, centres, distances } = kMeans(points, 3, 5, new Random(4));
  const squared = (row: number, c: number) =>
    [0, 1, 2].reduce((sum, d) => sum + (points[row * 3 + d]! - centres[c * 3 + d]!) ** 2, 0);
  assignments.forEach((cluster, row) => {
    assertAlmostEquals(distances[row]!, squared(row, cluster), 1e-9);
    for (let c = 0; c < 5; c++) assert(squared(row, c) >= squared(row, cluster) - 1e-9);
  });
  for (let c = 0; c < 5; c++) {
    const rows = [...assignments.keys()].filter((row) => assignments[row] === c);
    for (let d = 0; d < 3; d++) {
      const mean = rows.reduce((sum, row) => sum + points[row * 3 + d]!, 0) / rows.length;
      assertAlmostEquals(centres[c * 3 + d]!, mean, 1e-9);
    }
  }
});

Deno.test("the same seed gives the same clusters; as many clusters as rows, and equal rows, end", () => {
  const points = blobs(8, 10, 0.5);
  assertEquals(kMeans(points, 3, 6, new Random(5)), kMeans(points, 3, 6, new Random(5)));
  assertEquals(new Set(kMeans(points, 3, 80, new Random(0)).assignments).size, 80);
  const equal = new Float32Array(30).fill(0.5);
  assert(kMeans(equal, 3, 4, new Random(0)).distances.every((distance) => distance === 0));
});
