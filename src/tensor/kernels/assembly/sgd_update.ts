// One step of SGD with momentum, in place: variable and velocity are each read and written once.

import { loadLanes, storeLanes } from "./lanes";
import { madd } from "./simd";

/**
 * velocity = momentum velocity + g, with g = gradient + decay variable;
 * variable -= rate (nesterov ? g + momentum velocity : velocity).
 *
 * @param size In numbers.
 */
export function sgdUpdate(
  variable: usize,
  gradient: usize,
  velocity: usize,
  size: usize,
  momentum: f64,
  rate: f64,
  decay: f64,
  nesterov: i32,
): void {
  const keeps = f32x4.splat(<f32> momentum);
  const rates = f32x4.splat(<f32> rate);
  const decays = f32x4.splat(<f32> decay);
  let o: usize = 0;
  for (; o + 16 <= size * 4; o += 16) {
    step(variable + o, gradient + o, velocity + o, keeps, rates, decays, nesterov, 4);
  }
  for (; o < size * 4; o += 4) {
    step(variable + o, gradient + o, velocity + o, keeps, rates, decays, nesterov, 1);
  }
}

/** The update of `width` (4 or 1) numbers. */
// @ts-ignore: decorator

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
