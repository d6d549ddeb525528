/**
 * Preview of views: a picture with a row an item, the original first, then views of it as training
 * would see them.
 *
 * @module
 */
import { augmentBatch, drawViews } from "../data/augment/augment.ts";
import { stackImages } from "../data/stack_images.ts";
import { decodeImage } from "../images/decode_image.ts";
import { encodePng } from "../images/encode_png.ts";
import type { RawImage } from "../images/netpbm.ts";
import { Random } from "../random.ts";
import { previewGrid, type ViewsPreviewSpec } from "../schemas/views_preview.ts";

/**
 * Draws the picture on the current backend.
 *
 * @param signal Looked at before each row.
 * @returns PNG. @throws As {@linkcode decodeImage} does.
 */
export async function previewViews(
  { images, indices, preprocessing, augment, views, seed }: ViewsPreviewSpec,
  { maxPixels, signal }: { maxPixels: number; signal: AbortSignal },
): Promise<Uint8Array<ArrayBuffer>> {
  const { size, channels, mean, standardDeviation } = preprocessing;
  // The family that training draws from.
  const random = new Random(seed).fork("views");
  const grid = previewGrid(images.length, views, size);
  const picture: RawImage = {
    pixels: new Uint8Array(grid.width * grid.height * channels).fill(255),
    width: grid.width,
    height: grid.height,
    channels,
  };
  const length = size * size * channels;
  for (const [row, image] of images.entries()) {
    signal.throwIfAborted();
    const original = await decodeImage(image, undefined, { ...preprocessing, maxPixels });
    const batch = stackImages([original], preprocessing, indices[row]);
    const parameters = Array.from(
      { length: views },
      (_, view) => drawViews(batch, augment, random, view),
    );
    const x = augmentBatch(batch, parameters, preprocessing);
    const values = await x.data<"float32">().finally(() => x.dispose());
    const bytes = Uint8ClampedArray.from(
      values,
      (value) => 255 * (value * standardDeviation + mean),
    );
    for (let column = 0; column <= views; column++) {
      const cell = column === 0 ? original : bytes.subarray((column - 1) * length, column * length);
      paste(picture, cell, size, grid.scale, grid.top(row), grid.left(column));
    }
  }
  return await encodePng(picture);
}

/** Puts a square of pixels into a picture, each pixel as a square of `scale`. */
function paste(
  picture: RawImage,
  pixels: ArrayLike<number>,
  size: number,
  scale: number,
  top: number,
  left: number,
): void {
  const { width, channels } = picture;
  for (let y = 0; y < size * scale; y++) {
    for (let x = 0; x < size * scale; x++) {
      const from = (Math.floor(y / scale) * size + Math.floor(x / scale)) * channels;
      const to = ((top + y) * width + left + x) * channels;
      for (let channel = 0; channel < channels; channel++) {
        picture.pixels[to + channel] = pixels[from + channel]!;
      }
    }
  }
}
