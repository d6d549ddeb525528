/** Decoded images as one batch. @module */
import type { ImageBatch } from "./image_batch.ts";

/**
 * Puts images of equal size one after the other.
 *
 * @param first The index that the first image goes by; it only matters where views are drawn.
 */
export function stackImages(
  images: Uint8Array[],
  { size, channels }: { size: number; channels: 1 | 3 },
  first = 0,
  epoch = 0,
): ImageBatch {
  const each = size * size * channels;
  const pixels = new Uint8Array(images.length * each);
  images.forEach((image, i) => pixels.set(image, i * each));
  return {
    pixels,
    count: images.length,
    height: size,
    width: size,
    channels,
    indices: Uint32Array.from(images, (_, i) => first + i),
    epoch,
  };
}
