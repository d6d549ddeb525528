/**
 * Bootstrap confidence intervals (Efron 1979): the queries are drawn anew with replacement, many
 * times; the middle 95 % of the results is the interval.
 *
 * @module
 */
import type { RandomStream } from "../random.ts";
import type { Score } from "../schemas/evaluation.ts";

const RESAMPLES = 1000;

/**
 * The mean of `values` with its 95 % percentile interval. For the difference of two methods on the
 * same queries, pass the differences: the pairing makes the interval narrower.
 */
export function bootstrapMean(values: ArrayLike<number>, random: RandomStream): Score {
  const n = values.length;
  const means = new Float64Array(RESAMPLES);
  for (let resample = 0; resample < RESAMPLES; resample++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += values[random.integer(n)]!;
    means[resample] = sum / n;
  }
  means.sort();
  let total = 0;
  for (let i = 0; i < n; i++) total += values[i]!;
  return {
    value: total / n,
    low: means[Math.floor(0.025 * RESAMPLES)]!,
    high: means[Math.ceil(0.975 * RESAMPLES) - 1]!,
  };
}
