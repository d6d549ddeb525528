/**
 * Training: a run as a generator of what happens. It never names an objective.
 *
 * @module
 */
import type { ItemSource } from "../data/item_source.ts";
import { UnavailableError } from "../errors.ts";
import type { TrainSpec } from "../schemas/train.ts";
import type { BackendReport } from "../tensor/backend.ts";
import type { CheckpointStore, TrainEvent, TrainResult } from "./train_event.ts";

/** What {@linkcode train} needs. */
export interface TrainOptions {
  spec: TrainSpec;
  /** The items to train on (and to hold some out of, if there is no `evaluation`). */
  data: ItemSource;
  /** Labelled items to classify, or null. */
  evaluation: ItemSource | null;
  checkpoints: CheckpointStore;
  backend: BackendReport;
  /** Most pixels an original may have. */
  maxPixels: number;
  /** Fires to stop the run: it saves a checkpoint and throws {@linkcode CancelledError}. */
  signal: AbortSignal;
}

/**
 * Runs a job from its checkpoint, or from the start.
 *
 * @throws {CancelledError} After a checkpoint was saved, when the signal fires.
 * @throws {InvalidError} If the data does not suit the spec.
 * @throws {CorruptError} If the loss is no finite number any more.
 */
// deno-lint-ignore require-yield
export async function* train(_options: TrainOptions): AsyncGenerator<TrainEvent, TrainResult> {
  await Promise.resolve();
  throw new UnavailableError("Cannot train: not built yet");
}
