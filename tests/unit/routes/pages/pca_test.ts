import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { pca } from "../../../../routes/pages/assets/pca.js";

const COUNT = 24;

/** Three columns that are perpendicular to each other and to a constant, of the scales 0.2, 3, 1. */
function columns(): number[][] {
  const wave = (turns: number) =>
    Array.from({ length: COUNT }, (_, i) => Math.cos(2 * Math.PI * turns * i / COUNT));
  return [wave(1).map((x) => 0.2 * x), wave(2).map((x) => 3 * x), wave(3)];
}

Deno.test("points are the coordinates along the two axes of most variance", () => {
  const [small, large, middle] = columns() as [number[], number[], number[]];
  // A Householder reflection hides the axes; the constant must be taken away.
  const mirror = [1, 2, 2].map((x) => x / 3);
  const vectors = Array.from({ length: COUNT }, (_, i) => {
    const row = [small[i]!, large[i]!, middle[i]!];
    const along = row.reduce((sum, x, k) => sum + x * mirror[k]!, 0);
    return Float32Array.from(row, (x, k) => 5 + x - 2 * along * mirror[k]!);
  });
  const points = pca(vectors);
  for (const [axis, expected] of [large, middle].entries()) {
    const sign = Math.sign(points[0]![axis]! * expected[0]!);
    for (const [i, point] of points.entries()) {
      assertAlmostEquals(sign * point[axis]!, expected[i]!, 1e-4);
    }
  }
});

Deno.test("vectors that are all alike, or that differ along a line, give finite points", () => {
  const same = Array.from({ length: 5 }, () => Float32Array.of(0.5, 0.5, 0.5));
  assertEquals(pca(same), same.map(() => [0, 0]));
  const line = Array.from({ length: 5 }, (_, i) => Float32Array.of(i, 2 * i, 0));
  for (const [x, y] of pca(line)) assert(Number.isFinite(x) && Math.abs(y) < 1e-6, `${x}, ${y}`);
});
