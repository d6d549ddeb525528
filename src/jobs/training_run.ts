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
import { startWorker, type WorkerHandle } from "../protocol/start_worker.ts";
import { TRAINER, type TrainerProtocol } from "../protocol/trainer_protocol.ts";

/** How a run ended that was not done. */
export type BrokenOff =
  /** It cannot be done. */
  | { type: "failed"; error: AlikeError }
  /** Its worker ended, or something it needed was away: it may go better next time. */
  | { type: "interrupted"; error: AlikeError };

/** What a run has its worker do. */
export type TrainingWork<End> = (worker: WorkerHandle<TrainerProtocol>) => Promise<End>;

/** What {@linkcode TrainingRun} takes. */
export interface TrainingRunOptions<End> {
  workerUrl: URL;
  init: TrainerProtocol["init"];
  work: TrainingWork<End>;
  listeners: Omit<Listeners<TrainerProtocol["events"]>, "log">;
  log: Logger;
  clock: Clock;
}

/** A run that is under way. */
export class TrainingRun<End> {
  /** Resolves when it is over and its worker has ended. */
  readonly ended: Promise<End | { type: "stopped" } | BrokenOff>;
  readonly #start = new AbortController();
  #worker: WorkerHandle<TrainerProtocol> | undefined;

  constructor(options: TrainingRunOptions<End>) {
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

  async #run(
    options: TrainingRunOptions<End>,
  ): Promise<End | { type: "stopped" } | BrokenOff> {
    const { workerUrl, init, work, listeners, log, clock } = options;
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
      return await work(this.#worker);
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
