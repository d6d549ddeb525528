import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { bootstrapMean } from "../../../src/evaluation/bootstrap.ts";
import { Random } from "../../../src/random.ts";

Deno.test("the interval of a share is close to the normal approximation", () => {
  const values = Float64Array.from({ length: 1000 }, (_, i) => i < 700 ? 1 : 0);
  const { value, low, high } = bootstrapMean(values, new Random(1).stream("b"));
  assertAlmostEquals(value, 0.7);
  const half = 1.96 * Math.sqrt(0.7 * 0.3 / 1000);
  assertAlmostEquals(low, 0.7 - half, 0.006);
  assertAlmostEquals(high, 0.7 + half, 0.006);
});

Deno.test("equal values leave nothing uncertain, and the seed decides the draw", () => {
  const random = new Random(1);
  assertEquals(bootstrapMean([1, 1, 1], random.stream("b")), { value: 1, low: 1, high: 1 });
  const values = [0, 1, 0, 1, 1, 0, 1];
  assertEquals(
    bootstrapMean(values, random.stream("b")),
    bootstrapMean(values, random.stream("b")),
  );
  assert(bootstrapMean(values, random.stream("b")).low < 4 / 7);
});
