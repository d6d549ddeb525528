/** Comparison: right answers of several methods on the same items, with intervals. @module */
import type { RandomStream } from "../random.ts";
import type { Score } from "../schemas/evaluation.ts";
import { bootstrapMean } from "./bootstrap.ts";

/** 1 for each right answer, 0 for each wrong one. A label of -1 is never right. */
export function rightAnswers(predicted: Int32Array, labels: Int32Array): Float64Array {
  return Float64Array.from(predicted, (label, i) => label === labels[i] ? 1 : 0);
}

/** The share of right answers. */
export function shareRight(right: Float64Array, random: RandomStream): Score {
  return bootstrapMean(right, random);
}

/** The share of right answers of one method minus another's, paired item by item. */
export function difference(a: Float64Array, b: Float64Array, random: RandomStream): Score {
  return bootstrapMean(a.map((value, i) => value - b[i]!), random);
}

/** `4.2 points`. */
export function points(value: number): string {
  return `${(100 * value).toFixed(1)} points`;
}

/** `95 % interval 3.1 points to 5.3 points`. */
export function interval({ low, high }: Score): string {
  return `95 % interval ${points(low)} to ${points(high)}`;
}
