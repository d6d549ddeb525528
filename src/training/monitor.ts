/**
 * Monitor: kNN on held-out items while an encoder trains, so that people see whether it gets
 * anywhere. It draws nothing that training draws and changes no weight, so the run is the same
 * with it and without; and nothing is chosen by it: the card says what the last step's encoder can
 * do.
 *
 * @module
 */
import type { Encoder } from "../encoders/encoder.ts";
import type { EvaluationSummary } from "../schemas/evaluation.ts";
import type { TrainSpec } from "../schemas/train.ts";
import type { HeldOut } from "./held_out.ts";
import { summarise } from "./summarise.ts";

/** How far a run was at one moment. */
export interface Moment {
  epoch: number;
  /** Spent training. */
  seconds: number;
}

/** Whether a multiple of the interval lies after `before` and not after `now`. */
export function isDue(
  every: NonNullable<TrainSpec["evaluate"]>["every"] | undefined,
  before: Moment,
  now: Moment,
): boolean {
  if (every === null || every === undefined) return false;
  const count = ({ epoch, seconds }: Moment) =>
    // A rounding error must not put off an epoch that is over.
    "epochs" in every
      ? Math.floor(epoch / every.epochs + 1e-9)
      : Math.floor(seconds / (60 * every.minutes));
  return count(now) > count(before);
}

/** Judges the encoder as it is now; null where there is nothing to judge by. */
export async function judgeNow(
  heldOut: HeldOut,
  encoder: Encoder,
  at: { step: number; epoch: number },
): Promise<EvaluationSummary | null> {
  const judge = await heldOut.judge();
  if (judge === null) return null;
  const { knn } = await judge.judge(encoder, ["knn"]);
  return summarise(knn!, at);
}
