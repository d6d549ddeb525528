/** What a training run tells while it runs, and what comes out. @module */
import type { EvaluationSummary } from "../schemas/evaluation.ts";
import type { ModelCard } from "../schemas/model.ts";
import type { PackedModel } from "./pack_model.ts";
import type { JobProgress } from "../schemas/job.ts";

/** Told by the generator `train` as it goes. */
export type TrainEvent =
  | { type: "progress"; progress: JobProgress }
  | { type: "log"; level: "info" | "warn" | "error"; message: string }
  | { type: "checkpoint"; step: number }
  | { type: "evaluation"; summary: EvaluationSummary };

/** What a finished run returns. */
export interface TrainResult extends PackedModel {
  card: ModelCard;
}

/** Where a run keeps its checkpoint. Saving replaces the last one, whole or not at all. */
export interface CheckpointStore {
  load(): Promise<Uint8Array<ArrayBuffer> | undefined>;
  save(bytes: Uint8Array): Promise<void>;
}
