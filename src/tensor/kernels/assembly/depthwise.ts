// Gradients of the depthwise convolution, NHWC: output channel c * multiplier + m sees only input
// channel c. One multiply-add needs two loads, so these are bound by memory and no register tile
// helps; with a multiplier of 1 they run over channels, 4 at a time, along a row.
import { madd } from "./simd";

/** ceil(a / b) for b > 0. */
// @ts-ignore: decorator
@inline
function ceilDivide(a: i32, b: i32): i32 {
  return a >= 0 ? (a + b - 1) / b : -(-a / b);
}

/** One row of dx: dx[inColumn0 + i * strideX] += dy[i] * w, for `columns` pixels. */
function addRow(
  dx: usize, dxPixel: usize, dy: usize, dyPixel: usize, columns: i32, channels: i32,
  multiplier: i32, w: usize,
): void {
  for (; columns > 0; columns--) {
    let c = 0;
    if (multiplier == 1) {
      for (; c + 4 <= channels; c += 4) {
        const at = <usize>c << 2;
        v128.store(
          dx + at, madd(v128.load(dy + at), v128.load(w + at), v128.load(dx + at)),
        );
      }
    }
    for (; c < channels; c++) {
      let sum: f32 = load<f32>(dx + (<usize>c << 2));
      for (let m = 0; m < multiplier; m++) {
        const at = <usize>(c * multiplier + m) << 2;
        sum += load<f32>(dy + at) * load<f32>(w + at);
      }
      store<f32>(dx + (<usize>c << 2), sum);
    }
    dx += dxPixel;
    dy += dyPixel;
  }
}

/** One row of the filter gradient: dw += sum over `columns` pixels of x[i * strideX] * dy[i]. */
function sumRow(
  x: usize, xPixel: usize, dy: usize, dyPixel: usize, columns: i32, channels: i32,
  multiplier: i32, dw: usize,
): void {
  let c = 0;
  if (multiplier == 1) {
    for (; c + 4 <= channels; c += 4) {
      const at = <usize>c << 2;
      let xp = x + at;
      let yp = dy + at;
      let sum = f32x4.splat(0);
      for (let i = columns; i > 0; i--) {
        sum = madd(v128.load(xp), v128.load(yp), sum);
        xp += xPixel;
        yp += dyPixel;
      }
      v128.store(dw + at, f32x4.add(v128.load(dw + at), sum));
    }
  }
  for (; c < channels; c++) {
    for (let m = 0; m < multiplier; m++) {
      const at = <usize>(c * multiplier + m) << 2;
      let xp = x + (<usize>c << 2);
      let yp = dy + at;
      let sum: f32 = 0;
      for (let i = columns; i > 0; i--) {
        sum += load<f32>(xp) * load<f32>(yp);
        xp += xPixel;
        yp += dyPixel;
      }
      store<f32>(dw + at, load<f32>(dw + at) + sum);
    }
  }
}

/**
 * Walks all (image, output row, filter tap) whose input row exists, and the output columns whose
 * input column exists. (`top`, `left`) is where the first window begins, negative with padding.
 * `inputGradient`: to = dx, weights = filter; otherwise to = dw, and x is read.
 */
// @ts-ignore: decorator
@inline
function walk(
  inputGradient: bool, images: i32, inHeight: i32, inWidth: i32, channels: i32, top: i32,
  left: i32, kernelHeight: i32, kernelWidth: i32, strideY: i32, strideX: i32, outHeight: i32,
  outWidth: i32, multiplier: i32, image: usize, dy: usize, filter: usize,
): void {
  const pixel = <usize>channels << 2;
  const outPixel = pixel * multiplier;
  for (let n = 0; n < images; n++) {
    for (let oy = 0; oy < outHeight; oy++) {
      const dyRow = dy + <usize>((n * outHeight + oy) * outWidth) * outPixel;
      for (let ky = 0; ky < kernelHeight; ky++) {
        const iy = top + oy * strideY + ky;
        if (iy < 0 || iy >= inHeight) continue;
        const row = image + <usize>((n * inHeight + iy) * inWidth) * pixel;
        for (let kx = 0; kx < kernelWidth; kx++) {
          const first = max(0, ceilDivide(-left - kx, strideX));
          const end = min(outWidth, ceilDivide(inWidth - left - kx, strideX));
          if (end <= first) continue;
          const at = row + <usize>(left + first * strideX + kx) * pixel;
          const from = dyRow + <usize>first * outPixel;
          const tap = filter + <usize>(ky * kernelWidth + kx) * outPixel;
          if (inputGradient) {
            addRow(
              at, pixel * strideX, from, outPixel, end - first, channels, multiplier, tap,
            );
          } else {
            sumRow(
              at, pixel * strideX, from, outPixel, end - first, channels, multiplier, tap,
            );
          }
        }
      }
    }
  }
}

/** dx = gradient of the input; filter [h, w, C, multiplier]. */
export function depthwiseInput(
  images: i32, inHeight: i32, inWidth: i32, channels: i32, top: i32, left: i32, kernelHeight: i32,
  kernelWidth: i32, strideY: i32, strideX: i32, outHeight: i32, outWidth: i32, multiplier: i32,
  dx: usize, dy: usize, filter: usize,
): void {
  memory.fill(dx, 0, <usize>(images * inHeight * inWidth * channels) << 2);
  walk(
    true, images, inHeight, inWidth, channels, top, left, kernelHeight, kernelWidth, strideY,
    strideX, outHeight, outWidth, multiplier, dx, dy, filter,
  );
}

/** dw = gradient of the filter [h, w, C, multiplier]. */
export function depthwiseFilter(
  images: i32, inHeight: i32, inWidth: i32, channels: i32, top: i32, left: i32, kernelHeight: i32,
  kernelWidth: i32, strideY: i32, strideX: i32, outHeight: i32, outWidth: i32, multiplier: i32,
  x: usize, dy: usize, dw: usize,
): void {
  memory.fill(dw, 0, <usize>(kernelHeight * kernelWidth * channels * multiplier) << 2);
  walk(
    false, images, inHeight, inWidth, channels, top, left, kernelHeight, kernelWidth, strideY,
    strideX, outHeight, outWidth, multiplier, x, dy, dw,
  );
}
