/**
 * Training run: one job on one worker, from the worker's start to its end. A worker is never used
 * twice: its heap does not shrink.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import { AlikeError, fromErrorRecord, toErrorRecord, WorkerDiedError } from "../errors.ts";
import type { Logger } from "../log.ts";
import type { Listeners } from "../protocol/channel.ts";
import { relayLog } from "../protocol/remote_logger.ts";
import type { Job, JobSpec } from "../schemas/job.ts";
import { startWorker, type WorkerHandle } from "../protocol/start_worker.ts";
import {
  type EvaluationEnd,
  type TrainEnd,
  TRAINER,
  type TrainerProtocol,
} from "../protocol/trainer_protocol.ts";

/** How a run ended. */
export type RunEnd =
  | TrainEnd
  | EvaluationEnd
  /** Its vectors are in the vector store, but nothing points to them yet. */
  | { type: "indexed" }
  /** It cannot be done. */
  | { type: "failed"; error: AlikeError }
  /** Its worker ended, or something it needed was away: it may go better next time. */
  | { type: "interrupted"; error: AlikeError };

/** What {@linkcode TrainingRun} takes. */
export interface TrainingRunOptions {
  workerUrl: URL;
  init: TrainerProtocol["init"];
  job: Pick<Job, "id"> & { spec: Exclude<JobSpec, { type: "index" }> };
  /** The id that its model is to have, if it makes one. */
  model: string;
  listeners: Omit<Listeners<TrainerProtocol["events"]>, "log">;
  log: Logger;
  clock: Clock;
}

/** A run that is under way. */
export class TrainingRun {
  /** Resolves when it is over and its worker has ended. */
  readonly ended: Promise<RunEnd>;
  readonly #start = new AbortController();
  #worker: WorkerHandle<TrainerProtocol> | undefined;

  constructor(options: TrainingRunOptions) {
    this.ended = this.#run(options);
  }

  /** Has it save a checkpoint and end. */
  stop(): void {
    // A worker that has not started has nothing to save.
    this.#start.abort();
    this.#worker?.send("stop", null);
  }

  /** Ends it at once; `reason` completes "its worker …". */
  terminate(reason: string): void {
    this.#start.abort();
    this.#worker?.terminate(reason);
  }

  async #run(options: TrainingRunOptions): Promise<RunEnd> {
    const { workerUrl, init, job, model, listeners, log, clock } = options;
    try {
      this.#worker = await startWorker<TrainerProtocol>({
        url: workerUrl,
        kind: TRAINER,
        init,
        listeners: { ...listeners, log: relayLog(log) },
        signal: this.#start.signal,
        clock,
      });
      // The signal may have fired while the worker said that it was ready.
      if (this.#start.signal.aborted) return { type: "stopped" };
      const { spec } = job;
      return spec.type === "train"
        ? await this.#worker.call("train", { job: job.id, model, spec })
        : await this.#worker.call("evaluate", { spec });
    } catch (thrown) {
      if (this.#worker === undefined && this.#start.signal.aborted) return { type: "stopped" };
      const error = thrown instanceof AlikeError ? thrown : fromErrorRecord(toErrorRecord(thrown));
      const again = error instanceof WorkerDiedError || error.code === "unavailable";
      return { type: again ? "interrupted" : "failed", error };
    } finally {
      this.#worker?.terminate("is not needed any more");
    }
  }
}
