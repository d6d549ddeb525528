/**
 * Checkpoint: everything a run needs to go on as if it had not stopped: weights, batch-norm
 * statistics, optimiser state, position. Random numbers need no state: they are keyed by position.
 *
 * @module
 */
import { CorruptError } from "../errors.ts";
import type { Network } from "../objectives/network.ts";
import type { Verdict } from "../schemas/health.ts";
import { decodeSafetensors, encodeSafetensors } from "../tensor/safetensors.ts";
import { type HealthState, initialHealth } from "./health/health_monitor.ts";
import type { Optimizer } from "./optimizer.ts";
import type { SegmentStart } from "./segment.ts";

/** Where a run is. */
export interface Position {
  /** Steps done. */
  step: number;
  /** Time spent training, seconds. */
  seconds: number;
  /** The last metrics that were read. */
  metrics: Record<string, number>;
  /** The segment it is in. */
  segment: SegmentStart;
  /** All that verdicts on the run are found from. */
  health: HealthState;
  /** Why it ended before its budget was used up; null if it has not. */
  stopped: Stop | null;
}

/** A run that ended by itself, see `autoStop` of a request. */
export interface Stop {
  verdict: Verdict;
  reason: string;
  /** The step at which it did. */
  step: number;
}

/** Where every run begins. */
export function startPosition(): Position {
  return {
    step: 0,
    seconds: 0,
    metrics: {},
    segment: { index: 0, step: 0, seconds: 0 },
    health: initialHealth(),
    stopped: null,
  };
}

const FORMAT = "alike-checkpoint-2";

/** @param run What the checkpoint belongs to: a digest of the job's spec. */
export async function encodeCheckpoint(
  network: Network,
  optimizers: Iterable<Optimizer>,
  position: Position,
  run: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const tensors = await network.weights();
  for (const optimizer of optimizers) {
    for (const [name, array] of await optimizer.state.read()) tensors.set(name, array);
  }
  return encodeSafetensors({
    tensors,
    metadata: { format: FORMAT, run, position: JSON.stringify(position) },
  });
}

/**
 * Sets network and optimisers to what the checkpoint holds.
 *
 * @throws {CorruptError} If it is damaged or of another run.
 */
export function loadCheckpoint(
  bytes: Uint8Array<ArrayBuffer>,
  network: Network,
  optimizers: Iterable<Optimizer>,
  run: string,
): Position {
  const { tensors, metadata } = decodeSafetensors(bytes);
  if (metadata.format !== FORMAT || metadata.run !== run) {
    throw new CorruptError("Cannot resume: the checkpoint is not one of this job");
  }
  network.load(tensors);
  for (const optimizer of optimizers) optimizer.state.load(tensors);
  return JSON.parse(metadata.position!) as Position;
}
