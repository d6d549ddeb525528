// One step of Adam or AdamW over all parameters, in place: each number of a parameter, m and v is
// read and written once. Bound by memory.

import { loadLanes, storeLanes } from "./lanes";
import { bytesOf, gradientOf, isDecayed, offsetOf, SEGMENT, variableOf } from "./segments";
import { madd } from "./simd";

/**
 * m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g²; with g = gradient + decay variable:
 * variable = (1 - shrink) variable - rate m / (sqrt(v) * correction + epsilon).
 *
 * @param table `count` segments. @param m Flat, as `v`. @param rate Learning rate over 1 - beta1^t.
 * @param correction 1 / sqrt(1 - beta2^t). @param decay L2 of decayed segments (Adam).
 * @param shrink What decayed segments lose of themselves (AdamW).
 */
export function adamUpdate(
  table: usize,
  count: usize,
  m: usize,
  v: usize,
  beta1: f64,
  beta2: f64,
  rate: f64,
  correction: f64,
  epsilon: f64,
  decay: f64,
  shrink: f64,
): void {
  const old1 = f32x4.splat(<f32> beta1);
  const new1 = f32x4.splat(<f32> (1 - beta1));
  const old2 = f32x4.splat(<f32> beta2);
  const new2 = f32x4.splat(<f32> (1 - beta2));
  const rates = f32x4.splat(<f32> rate);
  const corrections = f32x4.splat(<f32> correction);
  const epsilons = f32x4.splat(<f32> epsilon);
  for (let segment = table; segment < table + count * SEGMENT; segment += SEGMENT) {
    const decays = f32x4.splat(isDecayed(segment) ? <f32> decay : 0);
    const keeps = f32x4.splat(isDecayed(segment) ? <f32> (1 - shrink) : 1);
    const variable = variableOf(segment);
    const gradient = gradientOf(segment);
    const first = m + offsetOf(segment);
    const second = v + offsetOf(segment);
    const bytes = bytesOf(segment);
    for (let o: usize = 0; o < bytes;) {
      const width = o + 16 <= bytes ? 4 : 1;
      step(
        variable + o,
        gradient + o,
        first + o,
        second + o,
        old1,
        new1,
        old2,
        new2,
        rates,
        corrections,
        epsilons,
        decays,
        keeps,
        width,
      );
      o += width * 4;
    }
  }
}

/** The update of `width` (4 or 1) numbers. */
// @ts-ignore: decorator
@inline
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
  keeps: v128,
  width: i32,
): void {
  const value = loadLanes(variable, width);
  const g = madd(value, decays, loadLanes(gradient, width));
  const first = madd(loadLanes(m, width), old1, f32x4.mul(g, new1));
  const second = madd(loadLanes(v, width), old2, f32x4.mul(f32x4.mul(g, g), new2));
  const root = madd(f32x4.sqrt(second), corrections, epsilons);
  storeLanes(m, first, width);
  storeLanes(v, second, width);
  const move = f32x4.div(f32x4.mul(first, rates), root);
  storeLanes(variable, f32x4.sub(f32x4.mul(value, keeps), move), width);
}
