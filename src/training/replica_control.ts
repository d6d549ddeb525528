/**
 * How the first replica leads the others: one small message before each step.
 *
 * @module
 */
import type { Collective } from "../parallel/collective.ts";

/** What all replicas do next. */
export interface Command {
  /** False: the run is over, or is to be left here. */
  go: boolean;
  learningRate: number;
  /** Whether metrics beyond the loss are computed. */
  report: boolean;
  /** Whether features are kept for the measures of health. */
  health: boolean;
  /** How much of the run is done, 0..1. */
  progress: number;
}

/**
 * Sends the command if this is the first replica, else waits for it.
 *
 * @returns The first replica's command; its numbers rounded to float32, the same bits for everybody.
 */
export function agree(collective: Collective, command?: Command): Command {
  const words = Float32Array.of(
    command?.go ? 1 : 0,
    command?.learningRate ?? 0,
    command?.report ? 1 : 0,
    command?.health ? 1 : 0,
    command?.progress ?? 0,
  );
  const all = collective.size === 1 ? words : collective.allGather(words);
  return {
    go: all[0] === 1,
    learningRate: all[1]!,
    report: all[2] === 1,
    health: all[3] === 1,
    progress: all[4]!,
  };
}
