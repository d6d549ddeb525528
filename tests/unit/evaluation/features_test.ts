import { assertAlmostEquals, assertEquals } from "@std/assert";
import { packImages } from "../../../src/data/pack_images.ts";
import { pixelFeatures } from "../../../src/evaluation/features.ts";
import { flatItem, memorySource } from "../../support/memory_source.ts";
import { syntheticSource } from "../../support/synthetic_images.ts";

Deno.test("small images are their pixels, 0..1", async () => {
  const images = await packImages(syntheticSource(3, 16, 3), {
    size: 16,
    channels: 3,
    maxPixels: 1e6,
  });
  const { values, rows, dimensions } = pixelFeatures({ images, positions: [2, 0] });
  assertEquals([rows, dimensions], [2, 16 * 16 * 3]);
  const expected = [...images.pixels(2), ...images.pixels(0)];
  expected.forEach((value, i) => assertAlmostEquals(values[i]!, value / 255, 1e-7));
  images.close();
});

Deno.test("large images are averaged to at most 32 pixels a side, ragged edges too", async () => {
  const images = await packImages(memorySource([flatItem(70, [255, 51, 0])]), {
    size: 70,
    channels: 3,
    maxPixels: 1e6,
  });
  const { values, dimensions } = pixelFeatures({ images, positions: [0] });
  // Blocks of 3×3, the last ones of one row and column.
  assertEquals(dimensions, 24 * 24 * 3);
  values.forEach((value, i) => assertAlmostEquals(value, [1, 0.2, 0][i % 3]!, 1e-6));
  images.close();
});
