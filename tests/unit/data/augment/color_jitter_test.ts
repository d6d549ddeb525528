import { assert, assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import { drawJitter } from "../../../../src/data/augment/color_jitter.ts";
import { Field, JitterOperation, ROW_LENGTH } from "../../../../src/data/augment/parameters.ts";
import { Random } from "../../../../src/random.ts";

const OPTIONS = { probability: 0.8, brightness: 0.4, contrast: 1.5, saturation: 0.2, hue: 0.1 };
const DRAWS = 4800;

function draw(key: number, options = OPTIONS) {
  const row = new Float32Array(ROW_LENGTH);
  drawJitter(row, new Random(1).stream("jitter", [key]), options, 3);
  return row;
}

const order = (row: Float32Array) => row.subarray(Field.jitterOrder, Field.jitterOrder + 4).join();

Deno.test("jitter happens as often as asked for, in all 24 orders alike", () => {
  const orders = Map.groupBy(Array.from({ length: DRAWS }, (_, key) => order(draw(key))), String);
  const none = orders.get("0,0,0,0")!.length / DRAWS;
  // Within 4 standard deviations.
  assertLess(Math.abs(none - 0.2), 0.024);
  assertEquals(orders.size, 25);
  for (const [name, draws] of orders) {
    if (name !== "0,0,0,0") assertLess(Math.abs(draws.length - 160), 51, name);
  }
});

Deno.test("factors lie around 1 within the strengths, never below 0, the hue around 0", () => {
  const rows = Array.from({ length: DRAWS }, (_, key) => draw(key, { ...OPTIONS, probability: 1 }));
  const bounds = [
    [Field.brightness, 0.6, 1.4],
    [Field.contrast, 0, 2.5],
    [Field.saturation, 0.8, 1.2],
    [Field.hue, -0.1, 0.1],
  ] as const;
  for (const [field, low, high] of bounds) {
    const values = rows.map((row) => row[field]!);
    assert(values.every((value) => value >= Math.fround(low) && value <= Math.fround(high)));
    const mean = values.reduce((sum, value) => sum + value, 0) / DRAWS;
    assertAlmostEquals(mean, (low + high) / 2, (high - low) * 0.02);
    assertLess(Math.min(...values), low + (high - low) * 0.01);
  }
});

Deno.test("an operation of strength 0 is left out", () => {
  const row = draw(0, { ...OPTIONS, probability: 1, hue: 0, contrast: 0 });
  const codes = [...row.subarray(Field.jitterOrder, Field.jitterOrder + 4)];
  assertEquals(codes.toSorted(), [
    JitterOperation.none,
    JitterOperation.none,
    JitterOperation.brightness,
    JitterOperation.saturation,
  ]);
});
