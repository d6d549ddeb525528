// One step of LARS over all parameters, in place. A parameter is read twice: its norms first (in
// double precision, so that they do not depend on its length), then the update.

import { loadLanes, storeLanes } from "./lanes";
import { bytesOf, gradientOf, isDecayed, offsetOf, SEGMENT, variableOf } from "./segments";
import { madd } from "./simd";
import { sumOfSquares } from "./sum_of_squares";

/**
 * g = gradient + decay variable; ratio = trust |variable| / |g| where both norms are above zero,
 * else 1; velocity = momentum velocity + rate ratio g;
 * variable -= nesterov ? rate ratio g + momentum velocity : velocity.
 * Segments that are not decayed have neither decay nor ratio.
 *
 * @param table `count` segments. @param velocity Flat.
 */
export function larsUpdate(
  table: usize,
  count: usize,
  velocity: usize,
  momentum: f64,
  rate: f64,
  decay: f64,
  trust: f64,
  nesterov: i32,
): void {
  const keeps = f32x4.splat(<f32> momentum);
  for (let segment = table; segment < table + count * SEGMENT; segment += SEGMENT) {
    const variable = variableOf(segment);
    const gradient = gradientOf(segment);
    const speed = velocity + offsetOf(segment);
    const bytes = bytesOf(segment);
    let ratio: f64 = 1;
    let decays = f32x4.splat(0);
    if (isDecayed(segment)) {
      decays = f32x4.splat(<f32> decay);
      const weight = Math.sqrt(sumOfSquares(variable, variable, bytes, f32x4.splat(0)));
      const slope = Math.sqrt(sumOfSquares(gradient, variable, bytes, decays));
      if (weight > 0 && slope > 0) ratio = trust * weight / slope;
    }
    const rates = f32x4.splat(<f32> (rate * ratio));
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
  const g = f32x4.mul(madd(value, decays, loadLanes(gradient, width)), rates);
  const speed = madd(loadLanes(velocity, width), keeps, g);
  storeLanes(velocity, speed, width);
  storeLanes(variable, f32x4.sub(value, nesterov ? madd(speed, keeps, g) : speed), width);
}
