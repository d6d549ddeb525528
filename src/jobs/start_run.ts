/** Starts the run of a job: on a worker of its own, or, to embed, on the embedders. @module */
import type { Clock } from "../clock.ts";
import type { Config } from "../config.ts";
import type { Logger } from "../log.ts";
import type { Job } from "../schemas/job.ts";
import type { BlobStore } from "../stores/blobs.ts";
import type { ModelStore } from "../stores/model_store.ts";
import { type Indexing, IndexRun } from "./index_run.ts";
import { modelIdOf } from "./settle_job.ts";
import { TrainingRun, type TrainingRunOptions } from "./training_run.ts";

/** What {@linkcode startRun} needs. */
export interface StartRunOptions {
  config: Pick<Config, "replicas" | "backend" | "maxPixels">;
  workerUrl: URL;
  models: Pick<ModelStore, "resolve">;
  blobs: BlobStore;
  temporaryFolder: string;
  indexing: Indexing;
  clock: Clock;
}

/** Starts it. */
export function startRun(
  job: Job,
  listeners: TrainingRunOptions["listeners"],
  log: Logger,
  { config, workerUrl, models, blobs, temporaryFolder, indexing, clock }: StartRunOptions,
): TrainingRun | IndexRun {
  if (job.type === "index") {
    return new IndexRun({ ...indexing, job, models, blobs, listeners, clock });
  }
  return new TrainingRun({
    workerUrl,
    init: {
      blobsUrl: blobs.url,
      backend: config.backend,
      maxPixels: config.maxPixels,
      replicas: config.replicas,
      temporaryFolder,
    },
    job,
    model: modelIdOf(job),
    listeners,
    log,
    clock,
  });
}
