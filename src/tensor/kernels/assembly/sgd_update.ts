// One step of SGD with momentum over all parameters, in place: each number of a parameter and of
// the velocity is read and written once. Bound by memory.

import { loadLanes, storeLanes } from "./lanes";
import { bytesOf, gradientOf, isDecayed, offsetOf, SEGMENT, variableOf } from "./segments";
import { madd } from "./simd";

/**
 * velocity = momentum velocity + g, with g = gradient + decay variable;
 * variable -= rate (nesterov ? g + momentum velocity : velocity).
 *
 * @param table `count` segments. @param velocity Flat. @param decay L2 of decayed segments.
 */
export function sgdUpdate(
  table: usize,
  count: usize,
  velocity: usize,
  momentum: f64,
  rate: f64,
  decay: f64,
  nesterov: i32,
): void {
  const keeps = f32x4.splat(<f32> momentum);
  const rates = f32x4.splat(<f32> rate);
  for (let segment = table; segment < table + count * SEGMENT; segment += SEGMENT) {
    const decays = f32x4.splat(isDecayed(segment) ? <f32> decay : 0);
    const variable = variableOf(segment);
    const gradient = gradientOf(segment);
    const speed = velocity + offsetOf(segment);
    const bytes = bytesOf(segment);
    for (let o: usize = 0; o < bytes;) {
      const width = o + 16 <= bytes ? 4 : 1;
      step(variable + o, gradient + o, speed + o, keeps, rates, decays, nesterov, width);
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
  velocity: usize,
  keeps: v128,
  rates: v128,
  decays: v128,
  nesterov: i32,
  width: i32,
): void {
  const value = loadLanes(variable, width);
  const g = madd(value, decays, loadLanes(gradient, width));
  const speed = madd(loadLanes(velocity, width), keeps, g);
  storeLanes(velocity, speed, width);
  const move = nesterov ? madd(speed, keeps, g) : speed;
  storeLanes(variable, f32x4.sub(value, f32x4.mul(move, rates)), width);
}
