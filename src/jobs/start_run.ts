/** Starts the run of a job: on a worker of its own, or, to embed, on the embedders. @module */
import type { Clock } from "../clock.ts";
import type { Config } from "../config.ts";
import type { Logger } from "../log.ts";
import type { EvaluationEnd, TrainEnd } from "../protocol/trainer_protocol.ts";
import type { Job } from "../schemas/job.ts";
import type { BlobStore } from "../stores/blobs.ts";
import type { JobStore } from "../stores/job_store.ts";
import type { ModelStore } from "../stores/model_store.ts";
import { type Indexing, IndexRun } from "./index_run.ts";
import { modelIdOf } from "./model_ids.ts";
import type { RunEnd } from "./settle_job.ts";
import type { ServeBlock } from "./serve_recommended.ts";
import { type TournamentListeners, TournamentRun } from "./tournament_run.ts";
import { TrainingRun, type TrainingWork } from "./training_run.ts";

/** What {@linkcode startRun} needs. */
export interface StartRunOptions {
  config: Pick<Config, "replicas" | "backend" | "maxPixels">;
  workerUrl: URL;
  jobs: Pick<JobStore, "lastEvent">;
  models: Pick<ModelStore, "resolve" | "insert">;
  blobs: BlobStore;
  temporaryFolder: string;
  indexing: Indexing;
  serveBlock: ServeBlock;
  clock: Clock;
}

/** Starts it. */
export function startRun(
  job: Job,
  listeners: TournamentListeners,
  log: Logger,
  options: StartRunOptions,
): { ended: Promise<RunEnd>; stop(): void; terminate(reason: string): void } {
  const { jobs, config, workerUrl, models, blobs, temporaryFolder, indexing, clock } = options;
  if (job.type === "index") {
    return new IndexRun({ ...indexing, job, models, blobs, listeners, clock });
  }
  const shared = {
    workerUrl,
    init: {
      blobsUrl: blobs.url,
      backend: config.backend,
      maxPixels: config.maxPixels,
      replicas: config.replicas,
      temporaryFolder,
    },
    log,
    clock,
  };
  if (job.type === "tournament") {
    const { serveBlock } = options;
    return new TournamentRun({ ...shared, job, jobs, models, blobs, serveBlock, listeners });
  }
  const work: TrainingWork<TrainEnd | EvaluationEnd> = job.type === "train"
    ? (worker) => worker.call("train", { job: job.id, model: modelIdOf(job), spec: job.spec })
    : (worker) => worker.call("evaluate", { spec: job.spec });
  return new TrainingRun({ ...shared, work, listeners });
}
