import { assertEquals } from "@std/assert";
import { kMeans } from "../../../../routes/pages/assets/k_means.js";
import { Random } from "../../../../src/random.ts";

function draws(): () => number {
  const stream = new Random(1).stream("k-means");
  return () => stream.uniform();
}

Deno.test("rows around three points are three clusters, numbered from the largest", () => {
  const stream = new Random(0).stream("rows");
  const centres = [[0, 0], [8, 0], [0, 8]];
  const own = Array.from({ length: 60 }, (_, i) => i % 6 < 3 ? 0 : i % 6 < 5 ? 1 : 2);
  const vectors = own.map((c) => Float32Array.from(centres[c]!, (x) => x + stream.normal()));
  assertEquals(kMeans(vectors, 3, draws()), own);
});

Deno.test("rows that are all alike, or fewer than clusters, have a cluster each or share one", () => {
  const same = Array.from({ length: 4 }, () => Float32Array.of(1, 0));
  assertEquals(new Set(kMeans(same, 3, draws())).size, 1);
  const two = [Float32Array.of(1, 0), Float32Array.of(0, 1)];
  assertEquals(new Set(kMeans(two, 5, draws())).size, 2);
});
