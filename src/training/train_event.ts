/** What a training run tells while it runs, and what comes out. @module */
import type { VerdictChange } from "../schemas/health.ts";
import type { EvaluationSummary } from "../schemas/evaluation.ts";
import type { ModelCard } from "../schemas/model.ts";
import type { PackedModel } from "./pack_model.ts";
import type { JobProgress } from "../schemas/job.ts";

/** Told by the generator `train` as it goes. */
export type TrainEvent =
  | { type: "progress"; progress: JobProgress }
  | { type: "log"; level: "info" | "warn" | "error"; message: string }
  | { type: "checkpoint"; step: number }
  | { type: "verdict"; change: VerdictChange }
  | { type: "evaluation"; summary: EvaluationSummary };

/** What a finished run returns. */
export interface TrainResult extends PackedModel {
  card: ModelCard;
}

/** The checkpoint to go on from, the last healthy one if another, the loss of every step. */
export type RunFile = "checkpoint" | "healthy" | "losses";

/** Where a run keeps its checkpoints. Saving replaces what there was, whole or not at all. */
export interface CheckpointStore {
  load(file: RunFile): Promise<Uint8Array<ArrayBuffer> | undefined>;
  save(file: RunFile, bytes: Uint8Array): Promise<void>;
}
