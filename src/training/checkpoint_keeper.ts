/**
 * Checkpoint keeper: the last checkpoint of a run, and the last healthy one where that is another.
 *
 * @module
 */
import type { HealthMonitor } from "./health/health_monitor.ts";
import type { LossLog } from "./loss_log.ts";
import type { Run } from "./run.ts";
import type { CheckpointStore, TrainEvent } from "./train_event.ts";

/** Saves checkpoints of one run. */
export class CheckpointKeeper {
  readonly #store: CheckpointStore;
  readonly #run: Run;
  readonly #losses: LossLog;
  /** Whether the checkpoint that is stored now is one to come back to. */
  #lastIsHealthy: boolean;

  /** @param lastIsHealthy Of the checkpoint the run goes on from; false where there is none. */
  constructor(store: CheckpointStore, run: Run, losses: LossLog, lastIsHealthy: boolean) {
    this.#store = store;
    this.#run = run;
    this.#losses = losses;
    this.#lastIsHealthy = lastIsHealthy;
  }

  /** Saves the run as it is. */
  async save({ healthy }: Pick<HealthMonitor, "healthy">): Promise<TrainEvent> {
    if (this.#lastIsHealthy && !healthy) {
      const bytes = await this.#store.load("checkpoint");
      if (bytes !== undefined) await this.#store.save("healthy", bytes);
    }
    // First: a checkpoint's losses are on record, whenever a crash comes.
    await this.#losses.save(this.#store);
    await this.#store.save("checkpoint", await this.#run.checkpoint());
    this.#lastIsHealthy = healthy;
    return { type: "checkpoint", step: this.#run.position.step };
  }

  /** The last healthy checkpoint, if there is one. */
  async healthy(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return await this.#store.load(this.#lastIsHealthy ? "checkpoint" : "healthy");
  }
}
