import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { augmentBatch, drawViews } from "../../../src/data/augment/augment.ts";
import { stackImages } from "../../../src/data/stack_images.ts";
import { CorruptError, UnsupportedError } from "../../../src/errors.ts";
import { decodeImage } from "../../../src/images/decode_image.ts";
import { encodePng } from "../../../src/images/encode_png.ts";
import { previewViews } from "../../../src/inference/preview_views.ts";
import { Random } from "../../../src/random.ts";
import { Preprocessing } from "../../../src/schemas/encoder.ts";
import { AugmentOptions } from "../../../src/schemas/recipe.ts";
import { previewGrid, type ViewsPreviewSpec } from "../../../src/schemas/views_preview.ts";
import { sharp } from "../../../src/images/sharp.ts";
import { onBackend, WEBGPU_BACKENDS } from "../../support/test_backends.ts";
import { syntheticPixels } from "../../support/synthetic_images.ts";

const SIZE = 40;
const OPTIONS = { maxPixels: 1e6, signal: new AbortController().signal };

async function specOf(channels: 1 | 3): Promise<ViewsPreviewSpec> {
  const images = await Promise.all(
    [3, 8].map((index) =>
      encodePng({ pixels: syntheticPixels(index, SIZE, 3), width: SIZE, height: SIZE, channels: 3 })
    ),
  );
  return {
    images,
    indices: [3, 8],
    preprocessing: Preprocessing.parse({ size: SIZE, channels }),
    augment: AugmentOptions.parse({ blur: {}, noise: {}, cutout: {} }),
    views: 3,
    seed: 5,
  };
}

/** A cell of the picture, at its original size. */
async function cells(png: Uint8Array, channels: 1 | 3) {
  const grid = previewGrid(2, 3, SIZE);
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  assertEquals([info.width, info.height], [grid.width, grid.height]);
  return (row: number, column: number) =>
    Uint8Array.from({ length: SIZE * SIZE * channels }, (_, i) => {
      const pixel = Math.floor(i / channels);
      const y = grid.top(row) + Math.floor(pixel / SIZE) * grid.scale;
      const x = grid.left(column) + (pixel % SIZE) * grid.scale;
      return data[(y * info.width + x) * info.channels + i % channels]!;
    });
}

for (const backend of ["wasm simd" as const, ...WEBGPU_BACKENDS]) {
  for (const channels of [1, 3] as const) {
    Deno.test(`rows hold an item and the views that training draws, ${channels} channels, ${backend}`, () =>
      onBackend(backend, async () => {
        const spec = await specOf(channels);
        const cell = await cells(await previewViews(spec, OPTIONS), channels);
        for (const [row, image] of spec.images.entries()) {
          const original = await decodeImage(image, undefined, {
            ...spec.preprocessing,
            maxPixels: 1e6,
          });
          assertEquals(cell(row, 0), original);
          // The first epoch of a job with this seed.
          const batch = stackImages([original], spec.preprocessing, spec.indices[row]);
          const random = new Random(spec.seed).fork("views");
          const views = [0, 1, 2].map((view) => drawViews(batch, spec.augment, random, view));
          const x = augmentBatch(batch, views, spec.preprocessing);
          const values = await x.data<"float32">();
          x.dispose();
          for (let view = 0; view < 3; view++) {
            const shown = cell(row, view + 1);
            for (let i = 0; i < shown.length; i++) {
              const value = 0.25 * values[view * shown.length + i]! + 0.5;
              assert(Math.abs(shown[i]! - 255 * value) <= 0.51, `${row} ${view} ${i}`);
            }
          }
        }
      }));
  }
}

Deno.test("the same parameters give the same picture, another seed another", () =>
  onBackend("wasm simd", async () => {
    const spec = await specOf(3);
    const first = await previewViews(spec, OPTIONS);
    assertEquals(await previewViews(spec, OPTIONS), first);
    assertNotEquals(await previewViews({ ...spec, seed: 6 }, OPTIONS), first);
  }));

Deno.test("a preview that nobody waits for any more ends, and one of a bad image fails", () =>
  onBackend("wasm simd", async () => {
    const spec = await specOf(3);
    const gone = AbortSignal.abort(new CorruptError("gone"));
    await assertRejects(() => previewViews(spec, { ...OPTIONS, signal: gone }), CorruptError);
    const bad = { ...spec, images: [spec.images[0]!, new Uint8Array([1, 2, 3])] };
    await assertRejects(() => previewViews(bad, OPTIONS), UnsupportedError);
  }));

Deno.test("small images are enlarged, cells do not overlap", () => {
  for (const [size, scale] of [[8, 8], [28, 3], [32, 2], [64, 1], [512, 1]] as const) {
    const grid = previewGrid(3, 5, size);
    assertEquals(grid.scale, scale);
    assert(
      grid.left(1) - grid.left(0) > size * scale && grid.left(2) - grid.left(1) > size * scale,
    );
    assert(grid.width >= grid.left(5) + size * scale && grid.height >= grid.top(2) + size * scale);
  }
});
