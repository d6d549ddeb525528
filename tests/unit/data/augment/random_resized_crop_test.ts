import { assert, assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import { Field, ROW_LENGTH } from "../../../../src/data/augment/parameters.ts";
import { drawCrop } from "../../../../src/data/augment/random_resized_crop.ts";
import { Random } from "../../../../src/random.ts";
import type { CropOptions } from "../../../../src/schemas/recipe.ts";

function draw(options: CropOptions, height: number, width: number, key: number) {
  const row = new Float32Array(ROW_LENGTH);
  drawCrop(row, new Random(1).stream("crop", [key]), options, height, width);
  return {
    top: row[Field.cropTop]!,
    left: row[Field.cropLeft]!,
    height: row[Field.cropHeight]!,
    width: row[Field.cropWidth]!,
  };
}

Deno.test("boxes lie within the image, with the areas and aspects asked for", () => {
  const options: CropOptions = { area: [0.2, 0.6], aspect: [0.75, 4 / 3] };
  let sum = 0;
  for (let key = 0; key < 4000; key++) {
    const box = draw(options, 200, 200, key);
    assert(Object.values(box).every((value) => Number.isInteger(value) && value >= 0));
    assert(box.top + box.height <= 200 && box.left + box.width <= 200);
    const area = box.height * box.width / 40_000;
    // Sides are rounded to whole pixels.
    assert(area > 0.19 && area < 0.61, `area ${area}`);
    const aspect = box.width / box.height;
    assert(aspect > 0.73 && aspect < 1.37, `aspect ${aspect}`);
    sum += area;
  }
  // Uniform: mean 0.4, and the mean of 4,000 lies within 0.002 (a standard deviation) times 4.
  assertAlmostEquals(sum / 4000, 0.4, 0.008);
});

Deno.test("boxes lie everywhere", () => {
  const options: CropOptions = { area: [0.25, 0.25], aspect: [1, 1] };
  const corners = Array.from({ length: 600 }, (_, key) => draw(options, 8, 8, key));
  for (const place of [0, 1, 2, 3, 4]) {
    const share = corners.filter(({ top }) => top === place).length / 600;
    // One in five, within 4 standard deviations.
    assertLess(Math.abs(share - 0.2), 0.066);
    assert(corners.some(({ left }) => left === place));
  }
});

Deno.test("where no box fits, the largest central one of an allowed aspect is taken", () => {
  const options: CropOptions = { area: [1, 1], aspect: [2, 3] };
  assertEquals(draw(options, 20, 20, 0), { top: 5, left: 0, height: 10, width: 20 });
  const tall: CropOptions = { area: [1, 1], aspect: [0.25, 0.5] };
  assertEquals(draw(tall, 20, 20, 0), { top: 0, left: 5, height: 20, width: 10 });
  const thin: CropOptions = { area: [0.001, 0.001], aspect: [1, 1] };
  assertEquals(draw(thin, 8, 8, 0), { top: 0, left: 0, height: 8, width: 8 });
});
