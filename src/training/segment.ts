/**
 * Segment: a stretch of a run with a budget and a learning-rate schedule of its own. A run has one,
 * and one more for each time it was extended.
 *
 * @module
 */
import type { Budget, TrainSpec } from "../schemas/train.ts";

/** Where a segment began. */
export interface SegmentStart {
  /** 0: the run as it was submitted; n: its n-th extension. */
  index: number;
  /** Steps done before it. */
  step: number;
  /** Time spent training before it, seconds. */
  seconds: number;
}

/** How long that segment is. */
export function budgetOf(spec: Pick<TrainSpec, "budget" | "extensions">, index: number): Budget {
  return index === 0 ? spec.budget : spec.extensions[index - 1]!;
}

/** How much of it is done after so many steps and seconds of the whole run, 0..1. */
export function segmentProgress(
  budget: Budget,
  start: SegmentStart,
  step: number,
  seconds: number,
): number {
  return "steps" in budget
    ? Math.min(1, (step - start.step) / budget.steps)
    : Math.min(1, (seconds - start.seconds) / (60 * budget.minutes));
}
