import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { augmentBatch, drawViews } from "../../../src/data/augment/augment.ts";
import { stackImages } from "../../../src/data/stack_images.ts";
import { CorruptError, InvalidError, UnsupportedError } from "../../../src/errors.ts";
import { decodeImage } from "../../../src/images/decode_image.ts";
import { encodePng } from "../../../src/images/encode_png.ts";
import { previewViews } from "../../../src/inference/preview_views.ts";
import { Random } from "../../../src/random.ts";
import { Preprocessing } from "../../../src/schemas/encoder.ts";
import { AugmentOptions } from "../../../src/schemas/recipe.ts";
import type { ViewsPreviewSpec } from "../../../src/schemas/views_preview.ts";
import { picturePanels } from "../../support/picture_panels.ts";
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
    mediaTypes: ["image/png", "image/png"],
    indices: [3, 8],
    preprocessing: Preprocessing.parse({ size: SIZE, channels }),
    augment: AugmentOptions.parse({ blur: {}, noise: {}, cutout: {} }),
    objective: null,
    frames: null,
    views: 3,
    seed: 5,
  };
}

for (const backend of ["wasm simd" as const, ...WEBGPU_BACKENDS]) {
  for (const channels of [1, 3] as const) {
    Deno.test(`rows hold an item and the views that training draws, ${channels} channels, ${backend}`, () =>
      onBackend(backend, async () => {
        const spec = await specOf(channels);
        const rows = await picturePanels(await previewViews(spec, OPTIONS), {
          size: SIZE,
          channels,
        });
        for (const [row, image] of spec.images.entries()) {
          const original = await decodeImage(image, undefined, {
            ...spec.preprocessing,
            maxPixels: 1e6,
          });
          assertEquals(rows[row]![0], { caption: "original", cells: [original] });
          // The first epoch of a job with this seed.
          const batch = stackImages([original], spec.preprocessing, spec.indices[row]);
          const random = new Random(spec.seed).fork("views");
          const views = [0, 1, 2].map((view) => drawViews(batch, spec.augment, random, view));
          const x = augmentBatch(batch, views, spec.preprocessing);
          const values = await x.data<"float32">();
          x.dispose();
          for (let view = 0; view < 3; view++) {
            const { cells: [shown], caption } = rows[row]![view + 1]!;
            assertEquals(caption, `view ${view + 1}`);
            for (let i = 0; i < shown!.length; i++) {
              const value = 0.25 * values[view * shown!.length + i]! + 0.5;
              assert(Math.abs(shown![i]! - 255 * value) <= 0.51, `${row} ${view} ${i}`);
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
    assertNotEquals((await previewViews({ ...spec, seed: 6 }, OPTIONS)).png, first.png);
  }));

Deno.test("a preview that nobody waits for any more ends, and one of a bad image fails", () =>
  onBackend("wasm simd", async () => {
    const spec = await specOf(3);
    const gone = AbortSignal.abort(new CorruptError("gone"));
    await assertRejects(() => previewViews(spec, { ...OPTIONS, signal: gone }), CorruptError);
    const bad = { ...spec, images: [spec.images[0]!, new Uint8Array([1, 2, 3])] };
    await assertRejects(() => previewViews(bad, OPTIONS), UnsupportedError);
  }));

Deno.test("a picture that would be too large is refused by the size of the images", () =>
  onBackend("wasm simd", async () => {
    const one = await specOf(1);
    const spec = {
      ...one,
      images: Array(16).fill(one.images[0]),
      mediaTypes: Array(16).fill("image/png"),
      indices: Array(16).fill(0),
      preprocessing: { ...one.preprocessing, size: 512 },
      views: 12,
    };
    const error = await assertRejects(() => previewViews(spec, OPTIONS), InvalidError);
    assertEquals(error.errors.map(({ path, value }) => [path, value]), [["imageSize", 512]]);
  }));
