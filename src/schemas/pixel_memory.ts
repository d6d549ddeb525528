/** Where a run's decoded images are kept, and what hangs on it. @module */

/** Most bytes of pixels that are held in memory; more go into a temporary file. */
export const PIXEL_MEMORY_BYTES = 1.5 * 2 ** 30;

/** Bytes of decoded images. */
export function pixelBytes(
  images: number,
  { size, channels }: { size: number; channels: number },
): number {
  return images * size * size * channels;
}
