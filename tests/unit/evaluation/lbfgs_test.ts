import { assert, assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import { minimise } from "../../../src/evaluation/lbfgs.ts";

/** Rosenbrock's valley: narrow and bent, its minimum 0 at (1, 1). */
function rosenbrock(point: Float64Array) {
  const [x, y] = point as unknown as [number, number];
  return Promise.resolve({
    value: (1 - x) ** 2 + 100 * (y - x * x) ** 2,
    gradient: Float64Array.of(-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)),
  });
}

Deno.test("it finds the end of a bent valley, and says that it has", async () => {
  const { point, value, converged, iterations } = await minimise(
    rosenbrock,
    Float64Array.of(-1.2, 1),
    { iterations: 200, tolerance: 1e-8 },
  );
  assert(converged);
  assertLess(iterations, 100);
  assertLess(value, 1e-14);
  point.forEach((x) => assertAlmostEquals(x, 1, 1e-6));
});

Deno.test("a badly scaled quadratic is no trouble", async () => {
  const scales = Float64Array.from({ length: 30 }, (_, i) => 10 ** (i / 14));
  const { point, iterations, converged } = await minimise(
    (x) =>
      Promise.resolve({
        value: x.reduce((sum, v, i) => sum + 0.5 * scales[i]! * (v - i) ** 2, 0),
        gradient: x.map((v, i) => scales[i]! * (v - i)),
      }),
    new Float64Array(30),
    { iterations: 300, tolerance: 1e-6 },
  );
  assert(converged);
  assertLess(iterations, 200);
  point.forEach((x, i) => assertAlmostEquals(x, i, 1e-5));
});

Deno.test("it stops where rounding hides any further decrease, and when the iterations run out", async () => {
  const coarse = (point: Float64Array) =>
    Promise.resolve({
      value: Math.fround(1e6 + point[0]! ** 2),
      gradient: Float64Array.of(2 * point[0]!),
    });
  const stuck = await minimise(coarse, Float64Array.of(0.01), { iterations: 50, tolerance: 1e-12 });
  assert(stuck.converged);
  const short = await minimise(rosenbrock, Float64Array.of(-1.2, 1), {
    iterations: 3,
    tolerance: 1e-8,
  });
  assertEquals([short.converged, short.iterations], [false, 3]);
});
