// Batch normalisation over the last axis of x [rows, channels]: statistics in one pass over
// memory, then scale, shift, residual and ReLU in another. tfjs takes six passes for the same.

import { loadLanes } from "./lanes";
import { BLOCK } from "./reduce";
import { madd } from "./simd";

/**
 * Mean and biased variance of each channel.
 *
 * Each block of rows is centred on the mean of a few of its own rows, so that squares stay small
 * however far the mean is from zero; blocks are combined in f64 (Chan, Golub and LeVeque, "Updating
 * formulae and a pairwise algorithm for computing sample variances", 1979).
 *
 * @param scratch 16 * channels bytes: means and sums of squared deviations in f64.
 */
export function batchNormStatistics(
  x: usize,
  rows: usize,
  channels: usize,
  mean: usize,
  variance: usize,
  scratch: usize,
): void {
  const means = scratch;
  const squares = scratch + channels * 8;
  memory.fill(scratch, 0, channels * 16);
  for (let start: usize = 0; start < rows; start += BLOCK) {
    const count = min(BLOCK, rows - start);
    const block = x + start * channels * 4;
    let c: usize = 0;
    for (; c + 16 <= channels; c += 16) {
      block16(block + c * 4, count, channels * 4, start, means + c * 8, squares + c * 8);
    }
    for (; c + 4 <= channels; c += 4) {
      block4(block + c * 4, count, channels * 4, start, means + c * 8, squares + c * 8, 4);
    }
    for (; c < channels; c++) {
      block4(block + c * 4, count, channels * 4, start, means + c * 8, squares + c * 8, 1);
    }
  }
  for (let c: usize = 0; c < channels; c++) {
    f32.store(mean + c * 4, <f32> f64.load(means + c * 8));
    f32.store(variance + c * 4, <f32> (f64.load(squares + c * 8) / <f64> rows));
  }
}

/** The mean of up to eight evenly spaced rows: all that is asked of it is to be near. */
// @ts-ignore: decorator

function sampleMean(x: usize, count: usize, stride: usize, width: i32): v128 {
  const step = max(<usize> 1, count >> 3);
  let sum = f32x4.splat(0);
  let taken: f32 = 0;
  for (let row: usize = 0; row < count; row += step) {
    sum = f32x4.add(sum, loadLanes(x + row * stride, width));
    taken += 1;
  }
  return f32x4.mul(sum, f32x4.splat(1 / taken));
}

/** Statistics of 16 channels of a block, merged into the totals of the `before` rows above it. */
function block16(
  x: usize,
  count: usize,
  stride: usize,
  before: usize,
  means: usize,
  squares: usize,
): void {
  const shift0 = sampleMean(x, count, stride, 4);
  const shift1 = sampleMean(x + 16, count, stride, 4);
  const shift2 = sampleMean(x + 32, count, stride, 4);
  const shift3 = sampleMean(x + 48, count, stride, 4);
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
  let q0 = s0, q1 = s0, q2 = s0, q3 = s0;
  for (let row: usize = 0; row < count; row++) {
    const d0 = f32x4.sub(v128.load(x), shift0);
    const d1 = f32x4.sub(v128.load(x, 16), shift1);
    const d2 = f32x4.sub(v128.load(x, 32), shift2);
    const d3 = f32x4.sub(v128.load(x, 48), shift3);
    s0 = f32x4.add(s0, d0);
    s1 = f32x4.add(s1, d1);
    s2 = f32x4.add(s2, d2);
    s3 = f32x4.add(s3, d3);
    q0 = madd(d0, d0, q0);
    q1 = madd(d1, d1, q1);
    q2 = madd(d2, d2, q2);
    q3 = madd(d3, d3, q3);
    x += stride;
  }
  merge(shift0, s0, q0, count, before, means, squares, 4);
  merge(shift1, s1, q1, count, before, means + 32, squares + 32, 4);
  merge(shift2, s2, q2, count, before, means + 64, squares + 64, 4);
  merge(shift3, s3, q3, count, before, means + 96, squares + 96, 4);
}

/** The same for `width` (4 or 1) channels. */
// @ts-ignore: decorator

function block4(
  x: usize,
  count: usize,
  stride: usize,
  before: usize,
  means: usize,
  squares: usize,
  width: i32,
): void {
  const shift = sampleMean(x, count, stride, width);
  let s = f32x4.splat(0), q = s;
  for (let row: usize = 0; row < count; row++) {
    const d = f32x4.sub(loadLanes(x, width), shift);
    s = f32x4.add(s, d);
    q = madd(d, d, q);
    x += stride;
  }
  merge(shift, s, q, count, before, means, squares, width);
}

/** Chan's update of f64 totals by a block's sums `s` and `q` of (x - shift) and its square. */
function merge(
  shift: v128,
  s: v128,
  q: v128,
  count: usize,
  before: usize,
  means: usize,
  squares: usize,
  width: i32,
): void {
  for (let lane = 0; lane < width; lane++) {
    const sum = <f64> f32x4.extract_lane(s, 0);
    const offset = sum / <f64> count;
    const deviation = max(<f64> f32x4.extract_lane(q, 0) - sum * offset, 0);
    const mean = f64.load(means);
    const delta = <f64> f32x4.extract_lane(shift, 0) + offset - mean;
    const share = <f64> count / <f64> (before + count);
    f64.store(means, mean + delta * share);
    f64.store(squares, f64.load(squares) + deviation + delta * delta * share * <f64> before);
    shift = v128.shuffle<f32>(shift, shift, 1, 2, 3, 0);
    s = v128.shuffle<f32>(s, s, 1, 2, 3, 0);
    q = v128.shuffle<f32>(q, q, 1, 2, 3, 0);
    means += 8;
    squares += 8;
  }
}

/**
 * y = gamma * (x - mean) / sqrt(variance + epsilon) + beta (+ residual), then ReLU if `relu`.
 *
 * The mean is subtracted rather than folded into the shift: where it is large beside the deviation
 * the folded form loses digits.
 *
 * The rows are run through as one long vector whose parameters repeat every `period` numbers, so
 * that narrow and odd rows cost no more than wide ones.
 *
 * @param residual Its address, or 0 for none.
 * @param period A multiple of `channels` and of 4.
 * @param scratch 12 * period bytes.
 */
export function batchNormApply(
  x: usize,
  mean: usize,
  variance: usize,
  gamma: usize,
  beta: usize,
  residual: usize,
  y: usize,
  rows: usize,
  channels: usize,
  period: usize,
  epsilon: f64,
  relu: i32,
  scratch: usize,
): void {
  const means = scratch;
  const scales = scratch + period * 4;
  const shifts = scratch + period * 8;
  for (let i: usize = 0; i < period; i++) {
    const c = (i % channels) * 4;
    const deviation = Math.sqrt(<f64> f32.load(variance + c) + epsilon);
    f32.store(means + i * 4, f32.load(mean + c));
    f32.store(scales + i * 4, <f32> (<f64> f32.load(gamma + c) / deviation));
    f32.store(shifts + i * 4, f32.load(beta + c));
  }
  // pmax keeps NaN, and is one instruction where max is four.
  const floor: f32 = relu ? 0 : -f32.MAX_VALUE - f32.MAX_VALUE;
  const floors = f32x4.splat(floor);
  let left = rows * channels * 4;
  while (left > 0) {
    const size = min(left, period * 4);
    const vectors = size & ~15;
    let i: usize = 0;
    if (residual == 0) {
      for (; i < vectors; i += 16) {
        const centred = f32x4.sub(v128.load(x + i), v128.load(means + i));
        const value = madd(centred, v128.load(scales + i), v128.load(shifts + i));
        v128.store(y + i, f32x4.pmax(value, floors));
      }
    } else {
      for (; i < vectors; i += 16) {
        const centred = f32x4.sub(v128.load(x + i), v128.load(means + i));
        const value = madd(centred, v128.load(scales + i), v128.load(shifts + i));
        v128.store(y + i, f32x4.pmax(f32x4.add(value, v128.load(residual + i)), floors));
      }
    }
    for (; i < size; i += 4) {
      let value = (f32.load(x + i) - f32.load(means + i)) * f32.load(scales + i) +
        f32.load(shifts + i);
      if (residual != 0) value += f32.load(residual + i);
      f32.store(y + i, value < floor ? floor : value);
    }
    x += size;
    y += size;
    if (residual != 0) residual += size;
    left -= size;
  }
}
