// One step of Adam, in place: variable, m and v are each read and written once.

import { loadLanes, storeLanes } from "./lanes";
import { madd } from "./simd";

/**
 * m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g²; with g = gradient + decay variable:
 * variable -= rate m / (sqrt(v) * correction + epsilon).
 *
 * @param size In numbers. @param rate Learning rate over 1 - beta1^t.
 * @param correction 1 / sqrt(1 - beta2^t).
 */
export function adamUpdate(
  variable: usize,
  gradient: usize,
  m: usize,
  v: usize,
  size: usize,
  beta1: f64,
  beta2: f64,
  rate: f64,
  correction: f64,
  epsilon: f64,
  decay: f64,
): void {
  const old1 = f32x4.splat(<f32> beta1);
  const new1 = f32x4.splat(<f32> (1 - beta1));
  const old2 = f32x4.splat(<f32> beta2);
  const new2 = f32x4.splat(<f32> (1 - beta2));
  const rates = f32x4.splat(<f32> rate);
  const corrections = f32x4.splat(<f32> correction);
  const epsilons = f32x4.splat(<f32> epsilon);
  const decays = f32x4.splat(<f32> decay);
  let o: usize = 0;
  for (; o + 16 <= size * 4; o += 16) {
    step(
      variable + o,
      gradient + o,
      m + o,
      v + o,
      old1,
      new1,
      old2,
      new2,
      rates,
      corrections,
      epsilons,
      decays,
      4,
    );
  }
  for (; o < size * 4; o += 4) {
    step(
      variable + o,
      gradient + o,
      m + o,
      v + o,
      old1,
      new1,
      old2,
      new2,
      rates,
      corrections,
      epsilons,
      decays,
      1,
    );
  }
}

/** The update of `width` (4 or 1) numbers. */
// @ts-ignore: decorator

function step(
  variable: usize,
  gradient: usize,
  m: usize,
  v: usize,
  old1: v128,
  new1: v128,
  old2: v128,
  new2: v128,
  rates: v128,
  corrections: v128,
  epsilons: v128,
  decays: v128,
  width: i32,
): void {
  const value = loadLanes(variable, width);
  const g = madd(value, decays, loadLanes(gradient, width));
  const first = madd(loadLanes(m, width), old1, f32x4.mul(g, new1));
  const second = madd(loadLanes(v, width), old2, f32x4.mul(f32x4.mul(g, g), new2));
  const root = madd(f32x4.sqrt(second), corrections, epsilons);
  storeLanes(m, first, width);
  storeLanes(v, second, width);
  storeLanes(variable, f32x4.sub(value, f32x4.div(f32x4.mul(first, rates), root)), width);
}
