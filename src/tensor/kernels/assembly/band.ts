// Bands: rows of images copied with their zero padding, so that the tiles never test for a border.
//
// A copy costs 1 to 2 % of the convolution that reads it 9 times; an indirection buffer of pixel
// pointers (as XNNPACK has) costs more and cuts the runs of a window into single pixels.

/** Copies `count` floats. memory.copy is a call out of the module, too dear for short rows. */
// @ts-ignore: decorator
@inline
export function copyFloats(target: usize, source: usize, count: i32): void {
  for (; count >= 4; count -= 4) {
    v128.store(target, v128.load(source));
    target += 16;
    source += 16;
  }
  for (; count > 0; count--) {
    store<f32>(target, load<f32>(source));
    target += 4;
    source += 4;
  }
}

/** Sets `count` floats to zero. */
// @ts-ignore: decorator
@inline
export function zeroFloats(target: usize, count: i32): void {
  for (; count >= 4; count -= 4) {
    v128.store(target, f32x4.splat(0));
    target += 16;
  }
  for (; count > 0; count--) {
    store<f32>(target, 0);
    target += 4;
  }
}

/**
 * Copies `rows` rows of `width` pixels from the image at `x`, from pixel (`top`, `left`) on; what
 * lies outside the image (`inHeight` x `inWidth` x `channels`) is zero.
 */
export function copyBand(
  x: usize, inHeight: i32, inWidth: i32, channels: i32, top: i32, left: i32, rows: i32,
  width: i32, target: usize,
): void {
  const before = min(max(-left, 0), width);
  const inside = max(min(width - before, inWidth - (left + before)), 0);
  const after = width - before - inside;
  const pixel = <usize>channels << 2;
  for (let row = top; row < top + rows; row++) {
    if (row < 0 || row >= inHeight || inside == 0) {
      zeroFloats(target, width * channels);
      target += <usize>width * pixel;
      continue;
    }
    zeroFloats(target, before * channels);
    target += <usize>before * pixel;
    copyFloats(target, x + <usize>(row * inWidth + left + before) * pixel, inside * channels);
    target += <usize>inside * pixel;
    zeroFloats(target, after * channels);
    target += <usize>after * pixel;
  }
}

/** Copies `pixels` pixels of `channels` floats to ones of `padded` floats, zero beyond. */
export function widenPixels(
  source: usize, pixels: i32, channels: i32, padded: i32, target: usize,
): void {
  for (; pixels > 0; pixels--) {
    copyFloats(target, source, channels);
    zeroFloats(target + (<usize>channels << 2), padded - channels);
    source += <usize>channels << 2;
    target += <usize>padded << 2;
  }
}
