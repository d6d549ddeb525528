// The gradient of batch normalisation: one pass that sums, one that applies.
//
// With g = dy where the ReLU let through, u = (x - mean) / deviation, N rows over all replicas:
//   dBeta = sum g    dGamma = sum g u    dx = gamma / deviation * (g - dBeta / N - u dGamma / N)
// u is computed again from x and the ReLU's mask read off y, so nothing else has to be kept.

import { loadLanes } from "./lanes";
import { addToTotals, BLOCK } from "./reduce";
import { madd } from "./simd";

/**
 * The two sums over the rows that are here.
 *
 * @param y The output, whose sign is the ReLU's mask; 0 if there was no ReLU.
 * @param scratch 16 * channels bytes: f64 totals.
 */
export function batchNormReduceGradient(
  dy: usize,
  x: usize,
  y: usize,
  mean: usize,
  variance: usize,
  dBeta: usize,
  dGamma: usize,
  rows: usize,
  channels: usize,
  epsilon: f64,
  scratch: usize,
): void {
  const sums = scratch;
  const products = scratch + channels * 8;
  memory.fill(scratch, 0, channels * 16);
  // Without a ReLU every lane passes; dy is then read in y's place and its sign ignored.
  const pass = i32x4.splat(y == 0 ? -1 : 0);
  if (y == 0) y = dy;
  for (let start: usize = 0; start < rows; start += BLOCK) {
    const count = min(BLOCK, rows - start);
    const at = start * channels * 4;
    let c: usize = 0;
    for (; c + 16 <= channels; c += 16) {
      const o = at + c * 4;
      reduce16(
        dy + o,
        x + o,
        y + o,
        pass,
        mean + c * 4,
        count,
        channels * 4,
        sums + c * 8,
        products + c * 8,
      );
    }
    for (; c + 4 <= channels; c += 4) {
      const o = at + c * 4;
      reduce4(
        dy + o,
        x + o,
        y + o,
        pass,
        mean + c * 4,
        count,
        channels * 4,
        sums + c * 8,
        products + c * 8,
        4,
      );
    }
    for (; c < channels; c++) {
      const o = at + c * 4;
      reduce4(
        dy + o,
        x + o,
        y + o,
        pass,
        mean + c * 4,
        count,
        channels * 4,
        sums + c * 8,
        products + c * 8,
        1,
      );
    }
  }
  for (let c: usize = 0; c < channels; c++) {
    const deviation = Math.sqrt(<f64> f32.load(variance + c * 4) + epsilon);
    f32.store(dBeta + c * 4, <f32> f64.load(sums + c * 8));
    f32.store(dGamma + c * 4, <f32> (f64.load(products + c * 8) / deviation));
  }
}

/** dy where y is positive or `pass` is set, else 0. */
// @ts-ignore: decorator

function masked(dy: v128, y: v128, pass: v128): v128 {
  return v128.and(dy, v128.or(f32x4.gt(y, f32x4.splat(0)), pass));
}

/** Adds sum g and sum g (x - mean) of 16 channels of a block to the totals. */
function reduce16(
  dy: usize,
  x: usize,
  y: usize,
  pass: v128,
  mean: usize,
  count: usize,
  stride: usize,
  sums: usize,
  products: usize,
): void {
  const m0 = v128.load(mean);
  const m1 = v128.load(mean, 16);
  const m2 = v128.load(mean, 32);
  const m3 = v128.load(mean, 48);
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
  let p0 = s0, p1 = s0, p2 = s0, p3 = s0;
  for (let row: usize = 0; row < count; row++) {
    const g0 = masked(v128.load(dy), v128.load(y), pass);
    const g1 = masked(v128.load(dy, 16), v128.load(y, 16), pass);
    s0 = f32x4.add(s0, g0);
    s1 = f32x4.add(s1, g1);
    p0 = madd(g0, f32x4.sub(v128.load(x), m0), p0);
    p1 = madd(g1, f32x4.sub(v128.load(x, 16), m1), p1);
    const g2 = masked(v128.load(dy, 32), v128.load(y, 32), pass);
    const g3 = masked(v128.load(dy, 48), v128.load(y, 48), pass);
    s2 = f32x4.add(s2, g2);
    s3 = f32x4.add(s3, g3);
    p2 = madd(g2, f32x4.sub(v128.load(x, 32), m2), p2);
    p3 = madd(g3, f32x4.sub(v128.load(x, 48), m3), p3);
    dy += stride;
    x += stride;
    y += stride;
  }
  addToTotals(sums, s0, 4);
  addToTotals(sums + 32, s1, 4);
  addToTotals(sums + 64, s2, 4);
  addToTotals(sums + 96, s3, 4);
  addToTotals(products, p0, 4);
  addToTotals(products + 32, p1, 4);
  addToTotals(products + 64, p2, 4);
  addToTotals(products + 96, p3, 4);
}

/** The same for `width` (4 or 1) channels. */
// @ts-ignore: decorator

function reduce4(
  dy: usize,
  x: usize,
  y: usize,
  pass: v128,
  mean: usize,
  count: usize,
  stride: usize,
  sums: usize,
  products: usize,
  width: i32,
): void {
  const m = loadLanes(mean, width);
  let s = f32x4.splat(0), p = s;
  for (let row: usize = 0; row < count; row++) {
    const g = masked(loadLanes(dy, width), loadLanes(y, width), pass);
    s = f32x4.add(s, g);
    p = madd(g, f32x4.sub(loadLanes(x, width), m), p);
    dy += stride;
    x += stride;
    y += stride;
  }
  addToTotals(sums, s, width);
  addToTotals(products, p, width);
}

/**
 * dx, and g itself where a residual wants it.
 *
 * @param y The output, or 0 if there was no ReLU.
 * @param sumBeta sum g over all replicas. @param sumGamma sum g u over all replicas.
 * @param count N, rows over all replicas.
 * @param dResidual Where g goes, or 0.
 * @param period As in `batchNormApply`.
 * @param scratch 16 * period bytes.
 */
export function batchNormApplyGradient(
  dy: usize,
  x: usize,
  y: usize,
  mean: usize,
  variance: usize,
  gamma: usize,
  sumBeta: usize,
  sumGamma: usize,
  dx: usize,
  dResidual: usize,
  rows: usize,
  channels: usize,
  period: usize,
  count: f64,
  epsilon: f64,
  scratch: usize,
): void {
  // dx = scale g - (slope (x - mean) + offset)
  const means = scratch;
  const scales = scratch + period * 4;
  const slopes = scratch + period * 8;
  const offsets = scratch + period * 12;
  for (let i: usize = 0; i < period; i++) {
    const c = (i % channels) * 4;
    const deviation = Math.sqrt(<f64> f32.load(variance + c) + epsilon);
    const scale = <f64> f32.load(gamma + c) / deviation;
    f32.store(means + i * 4, f32.load(mean + c));
    f32.store(scales + i * 4, <f32> scale);
    f32.store(slopes + i * 4, <f32> (scale * <f64> f32.load(sumGamma + c) / (count * deviation)));
    f32.store(offsets + i * 4, <f32> (scale * <f64> f32.load(sumBeta + c) / count));
  }
  const always: i32 = y == 0 ? -1 : 0;
  const pass = i32x4.splat(always);
  if (y == 0) y = dy;
  let left = rows * channels * 4;
  while (left > 0) {
    const size = min(left, period * 4);
    const vectors = size & ~15;
    let i: usize = 0;
    if (dResidual == 0) {
      for (; i < vectors; i += 16) {
        const g = masked(v128.load(dy + i), v128.load(y + i), pass);
        const centred = f32x4.sub(v128.load(x + i), v128.load(means + i));
        const statistics = madd(centred, v128.load(slopes + i), v128.load(offsets + i));
        v128.store(dx + i, f32x4.sub(f32x4.mul(g, v128.load(scales + i)), statistics));
      }
    } else {
      for (; i < vectors; i += 16) {
        const g = masked(v128.load(dy + i), v128.load(y + i), pass);
        const centred = f32x4.sub(v128.load(x + i), v128.load(means + i));
        const statistics = madd(centred, v128.load(slopes + i), v128.load(offsets + i));
        v128.store(dx + i, f32x4.sub(f32x4.mul(g, v128.load(scales + i)), statistics));
        v128.store(dResidual + i, g);
      }
    }
    for (; i < size; i += 4) {
      const g: f32 = always || f32.load(y + i) > 0 ? f32.load(dy + i) : 0;
      const statistics = (f32.load(x + i) - f32.load(means + i)) * f32.load(slopes + i) +
        f32.load(offsets + i);
      f32.store(dx + i, g * f32.load(scales + i) - statistics);
      if (dResidual != 0) f32.store(dResidual + i, g);
    }
    dy += size;
    x += size;
    y += size;
    dx += size;
    if (dResidual != 0) dResidual += size;
    left -= size;
  }
}
