// The mean over an image's pixels, and its gradient. tfjs transposes the whole batch for it first.

import { addRows } from "./reduce";

/**
 * y [images, channels] = mean of x [images, pixels, channels] over the pixels.
 *
 * @param scratch 8 * channels bytes.
 */
export function globalAveragePool(
  x: usize,
  images: usize,
  pixels: usize,
  channels: usize,
  y: usize,
  scratch: usize,
): void {
  for (let image: usize = 0; image < images; image++) {
    memory.fill(scratch, 0, channels * 8);
    addRows(x, pixels, channels, scratch);
    for (let c: usize = 0; c < channels; c++) {
      f32.store(y + c * 4, <f32> (f64.load(scratch + c * 8) / <f64> pixels));
    }
    x += pixels * channels * 4;
    y += channels * 4;
  }
}

/** dx [images, pixels, channels] = dy [images, channels] / pixels, at each pixel. */
export function globalAveragePoolGradient(
  dy: usize,
  images: usize,
  pixels: usize,
  channels: usize,
  dx: usize,
): void {
  const row = channels * 4;
  const image = pixels * row;
  for (let i: usize = 0; i < images; i++) {
    for (let c: usize = 0; c < row; c += 4) f32.store(dx + c, f32.load(dy + c) / <f32> pixels);
    // One pixel is there: two, four, eight …
    for (let done = row; done < image; done <<= 1) {
      memory.copy(dx + done, dx, min(done, image - done));
    }
    dx += image;
    dy += row;
  }
}
