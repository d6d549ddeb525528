/** What became of a batch, for `/metrics`. @module */
import type { StageTimes } from "../schemas/stage_times.ts";

/** A batch that came back from a worker. */
export interface BatchReport {
  /** `embed`, `predict/rotation`, … */
  operation: string;
  /** Items in it. */
  size: number;
  /** How long the request that came first had waited when it started, milliseconds. */
  queueMs: number;
  /** From there to its results: the transfer, decoding, the forward pass; milliseconds. */
  workerMs: number;
  /** What of that the worker spent on what. */
  stages: StageTimes;
}
