/**
 * Tournament run: trains the entries one after the other, each as a training job would be and on a
 * worker of its own, and has each judged as soon as it is done.
 *
 * An entry whose model is there, and one that failed, is not trained again; the entry that was
 * interrupted goes on from its own checkpoint.
 *
 * @module
 */
import {
  AlikeError,
  fromErrorRecord,
  InvalidError,
  toErrorRecord,
  WorkerDiedError,
} from "../errors.ts";
import { entryJob, jobFile } from "../protocol/job_files.ts";
import type { JudgeEnd, TrainEnd } from "../protocol/trainer_protocol.ts";
import type { JobProgress, TournamentJob } from "../schemas/job.ts";
import type { Recommendation, TournamentStanding } from "../schemas/tournament.ts";
import type { BlobStore } from "../stores/blobs.ts";
import type { JobStore } from "../stores/job_store.ts";
import type { ModelStore } from "../stores/model_store.ts";
import { STARTS_IF_WORKER_DIES } from "./job_queue.ts";
import { entryModelId, servedModelId } from "./model_ids.ts";
import { findById, registerModel } from "./register_model.ts";
import { type ServeBlock, serveRecommended } from "./serve_recommended.ts";
import { standingOf } from "./standing_of.ts";
import {
  type BrokenOff,
  TrainingRun,
  type TrainingRunOptions,
  type TrainingWork,
} from "./training_run.ts";

/** What a tournament tells beside what training does. */
export type TournamentListeners = TrainingRunOptions<TrainEnd>["listeners"] & {
  /** An entry has its model. */
  model(data: { model: string; digest: string }): void;
  tournament(standing: TournamentStanding): void;
};

/** How a tournament ended. */
export type TournamentEnd =
  | { type: "ranked"; standing: TournamentStanding }
  | { type: "stopped" }
  | BrokenOff;

/** What {@linkcode TournamentRun} takes. */
export interface TournamentRunOptions
  extends Omit<TrainingRunOptions<TrainEnd>, "work" | "listeners"> {
  job: TournamentJob;
  jobs: Pick<JobStore, "lastEvent">;
  models: Pick<ModelStore, "resolve" | "insert">;
  blobs: Pick<BlobStore, "delete" | "deleteAll">;
  serveBlock: ServeBlock;
  listeners: TournamentListeners;
}

/** Share of an entry's part of the progress that its training takes; judging has the rest. */
const TRAINED = 0.9;

/** A tournament that is under way. */
export class TournamentRun {
  /** Resolves when it is over and its worker has ended. */
  readonly ended: Promise<TournamentEnd>;
  readonly #options: TournamentRunOptions;
  #part: Pick<TrainingRun<TrainEnd>, "stop" | "terminate"> | undefined;
  /** No further part is to begin. */
  #over = false;
  #terminated = false;
  /** Starts since it last got on, as the job counts them. */
  #attempt: number;

  constructor(options: TournamentRunOptions) {
    this.#options = options;
    this.#attempt = options.job.attempt;
    this.ended = this.#run();
  }

  /** Has the entry that trains save a checkpoint, and ends. */
  stop(): void {
    this.#over = true;
    this.#part?.stop();
  }

  /** Ends it at once; `reason` completes "its worker …". */
  terminate(reason: string): void {
    this.#over = true;
    this.#terminated = true;
    this.#part?.terminate(reason);
  }

  async #run(): Promise<TournamentEnd> {
    const { job, jobs, models } = this.#options;
    try {
      const standing = await standingOf(job, jobs);
      for (const entry of job.spec.entries.keys()) {
        const state = standing.entries[entry]!;
        if (state.error !== null || state.judged) continue;
        // It may have been made just before a crash.
        state.model = (await findById(entryModelId(job.id, entry), models))?.id ?? null;
        const broken = await this.#entry(entry, standing);
        if (broken !== undefined) return broken;
        this.#tell(standing);
      }
      if (standing.recommended !== null) {
        if (this.#over) return { type: "stopped" };
        if (job.spec.promote) await this.#serve(standing.recommended, standing);
        return { type: "ranked", standing };
      }
      const reasons = standing.entries.map(({ label, error }) => `${label}: ${error}`);
      return {
        type: "failed",
        error: new InvalidError(`Cannot rank: no entry could be judged; ${reasons.join("; ")}`),
      };
    } catch (thrown) {
      const error = thrown instanceof AlikeError ? thrown : fromErrorRecord(toErrorRecord(thrown));
      return { type: error.code === "unavailable" ? "interrupted" : "failed", error };
    }
  }

  /** Trains and judges one entry, and notes in `standing` what came of it. */
  async #entry(
    entry: number,
    standing: TournamentStanding,
  ): Promise<TournamentEnd | undefined> {
    const { job, listeners } = this.#options;
    const { label, spec } = job.spec.entries[entry]!;
    const state = standing.entries[entry]!;
    if (state.model === null) {
      const message = `entry ${entry + 1} of ${job.spec.entries.length}: ${label}`;
      listeners.note({ level: "info", message });
      const id = entryModelId(job.id, entry);
      const end = await this.#do<TrainEnd>(
        (worker) => worker.call("train", { job: entryJob(job.id, entry), model: id, spec }),
        (fraction) => (entry + TRAINED * fraction) / job.spec.entries.length,
        entry,
      );
      if (end.type === "failed") return void this.#failed(entry, standing, end.error);
      if (end.type !== "finished") return end;
      // Whoever has the job now makes it known, or takes it away.
      if (this.#terminated) return { type: "stopped" };
      const model = await registerModel(end.model, { name: spec.name, job: job.id }, this.#options);
      state.model = model.id;
      listeners.model({ model: model.id, digest: model.digest });
      // Nobody goes on from there any more; the losses, which are small, stay.
      for (const file of ["checkpoint", "healthy"] as const) {
        await this.#options.blobs.delete(jobFile(entryJob(job.id, entry), file));
      }
      this.#tell(standing);
    }
    const models = standing.entries.map(({ model }) => model);
    const end = await this.#do<JudgeEnd>(
      (worker) => worker.call("judge", { job: job.id, spec: job.spec, entry, models }),
      (fraction) => (entry + TRAINED + (1 - TRAINED) * fraction) / job.spec.entries.length,
      entry,
    );
    if (end.type === "failed") return void this.#failed(entry, standing, end.error);
    if (end.type !== "judged") return end;
    state.judged = true;
    standing.table = end.table;
    standing.recommended = end.recommended;
    return undefined;
  }

  /** Makes the model that is to be promoted, where that is none of the entries' own. */
  async #serve(recommended: Recommendation, standing: TournamentStanding): Promise<void> {
    const { job, listeners } = this.#options;
    const id = servedModelId(job.id, job.spec.entries.length);
    standing.served = await serveRecommended(recommended, id, this.#options);
    const { label, block } = recommended;
    const message = `serving block ${block} of ${label}: ${standing.served}`;
    listeners.note({ level: "info", message });
    this.#tell(standing);
  }

  #tell(standing: TournamentStanding): void {
    this.#attempt = 1;
    this.#options.listeners.tournament(structuredClone(standing));
  }

  #failed(entry: number, standing: TournamentStanding, { message }: AlikeError): void {
    const state = standing.entries[entry]!;
    state.error = message;
    this.#options.listeners.note({ level: "error", message: `${state.label}: ${message}` });
  }

  /** Does one thing on a worker of its own. */
  async #do<End>(
    work: TrainingWork<End>,
    fractionOf: (fraction: number) => number,
    entry: number,
  ): Promise<End | { type: "stopped" } | BrokenOff> {
    if (this.#over) return { type: "stopped" };
    const { job, listeners, workerUrl, init, log, clock } = this.#options;
    const { progress: tell, note, checkpoint, verdict, evaluation } = listeners;
    const { label } = job.spec.entries[entry]!;
    const of = job.spec.entries.length;
    const progress = (progress: JobProgress) =>
      tell({
        ...progress,
        fraction: fractionOf(progress.fraction),
        secondsLeft: this.#secondsLeft(progress, entry),
        entry: { label, number: entry + 1, of },
      });
    const part = new TrainingRun<End>({
      workerUrl,
      init,
      log,
      clock,
      work,
      listeners: {
        progress,
        note,
        verdict,
        evaluation,
        checkpoint: (data) => {
          this.#attempt = 1;
          checkpoint(data);
        },
      },
    });
    this.#part = part;
    const end = await part.ended;
    this.#part = undefined;
    // One that kills its worker whenever it is started must not take the others with it.
    const died = isBroken(end) && end.error instanceof WorkerDiedError;
    return died && this.#attempt >= STARTS_IF_WORKER_DIES && !this.#over
      ? { type: "failed", error: end.error }
      : end;
  }

  /** Of training; null while the entry's own is not known. */
  #secondsLeft({ secondsLeft }: JobProgress, entry: number): number | null {
    const later = this.#options.job.spec.entries.slice(entry + 1);
    if (secondsLeft === null) return null;
    let left = secondsLeft;
    for (const { spec: { budget } } of later) {
      if (!("minutes" in budget)) return null;
      left += 60 * budget.minutes;
    }
    return left;
  }
}

function isBroken(end: unknown): end is BrokenOff {
  return typeof end === "object" && end !== null && "error" in end;
}
