// Sums of squares in double precision, and the norm of many tensors together by them.

import { loadLanes } from "./lanes";
import { bytesOf, gradientOf, SEGMENT } from "./segments";
import { madd } from "./simd";

/** Σ (x + scales y)², over `bytes` bytes of float32 numbers. */
export function sumOfSquares(x: usize, y: usize, bytes: usize, scales: v128): f64 {
  let low = f64x2.splat(0);
  let high = low;
  for (let o: usize = 0; o < bytes;) {
    const width = o + 16 <= bytes ? 4 : 1;
    const value = madd(loadLanes(y + o, width), scales, loadLanes(x + o, width));
    const first = f64x2.promote_low_f32x4(value);
    const second = f64x2.promote_low_f32x4(v128.shuffle<f64>(value, value, 1, 0));
    low = f64x2.add(low, f64x2.mul(first, first));
    high = f64x2.add(high, f64x2.mul(second, second));
    o += width * 4;
  }
  const sum = f64x2.add(low, high);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** The Euclidean norm over the gradients of all segments, as one float at `out`. */
export function globalNorm(table: usize, count: usize, out: usize): void {
  let sum: f64 = 0;
  for (let segment = table; segment < table + count * SEGMENT; segment += SEGMENT) {
    const x = gradientOf(segment);
    sum += sumOfSquares(x, x, bytesOf(segment), f32x4.splat(0));
  }
  store<f32>(out, <f32> Math.sqrt(sum));
}
