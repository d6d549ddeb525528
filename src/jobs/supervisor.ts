/**
 * Supervisor: runs the jobs of the queue, as many at a time as there are trainers, and sees each to
 * its end: what it tells is recorded, what is asked of it is done, and what comes out is
 * registered.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import type { Config } from "../config.ts";
import { ConflictError, toErrorRecord } from "../errors.ts";
import type { Logger } from "../log.ts";
import type { Job, JobProgress } from "../schemas/job.ts";
import type { BlobStore } from "../stores/blobs.ts";
import type { JobPatch, JobStore, NewJobEvent } from "../stores/job_store.ts";
import type { ModelStore } from "../stores/model_store.ts";
import type { Tracing } from "../tracing.ts";
import { dropOldCheckpoints } from "./checkpoint_retention.ts";
import { JobTrace } from "./job_trace.ts";
import { type JobQueue, RENEW_MS } from "./job_queue.ts";
import { ProgressThrottle } from "./progress_throttle.ts";
import type { Indexing } from "./index_run.ts";
import { recordRun } from "./record_run.ts";
import type { ServeBlock } from "./serve_recommended.ts";
import { type Intent, modelOf, type RunEnd, settleJob, succeed } from "./settle_job.ts";
import { startRun } from "./start_run.ts";

/** What {@linkcode Supervisor} takes. */
export interface SupervisorOptions {
  config: Pick<Config, "trainers" | "replicas" | "backend" | "maxPixels" | "keepCheckpoints">;
  /** Module of the worker. */
  workerUrl: URL;
  queue: JobQueue;
  jobs: Pick<JobStore, "get" | "lastEvent">;
  models: Pick<ModelStore, "insert" | "resolve" | "setAlias" | "addEvaluation">;
  blobs: BlobStore;
  /** Gets the pixels of data sets that are more than memory should hold. */
  temporaryFolder: string;
  indexing: Indexing;
  serveBlock: ServeBlock;
  clock: Clock;
  log: Logger;
  /** Makes spans, if there are to be any. */
  tracing?: Tracing | undefined;
}

/** A job that runs here. */
interface Active {
  job: Job;
  run: ReturnType<typeof startRun>;
  trace: JobTrace;
  intent: Intent | undefined;
  /** The run has ended and the job is given its next state. */
  settling: boolean;
  progress: ProgressThrottle<JobProgress>;
  /** Settles when all that was told so far is on record. */
  recorded: Promise<void>;
  /** Resolves when the job has its next state. */
  done: Promise<void>;
}

/** Least time between two progress reports on record, milliseconds. */
const PROGRESS_MS = 250;

/** Runs jobs. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #active = new Map<string, Active>();
  /** Jobs are taken from the queue by one at a time. */
  #filling: Promise<void> = Promise.resolve();
  #ticking: Promise<void> = Promise.resolve();
  #stopTimer: () => void = () => {};
  #stopping = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  /** Whether a job runs here. */
  get busy(): boolean {
    return this.#active.size > 0;
  }

  /** Begins to run jobs, those left behind by a process that died among them. */
  start(): void {
    this.#ticking = this.#tick();
  }

  /** Looks for jobs to run: to be called when there may be one. */
  wake(): void {
    this.#filling = this.#filling.then(() => this.#fill());
  }

  /**
   * Has a job save a checkpoint and pause.
   *
   * @returns The job when it has paused, or ended before it could.
   * @throws {NotFoundError} @throws {ConflictError} If it neither waits nor runs here.
   */
  async pause(id: string): Promise<Job> {
    await this.#filling;
    const active = this.#active.get(id);
    if (active === undefined) {
      return await this.#options.queue.move(id, ["queued"], "paused", { patch: { attempt: 0 } });
    }
    if (active.intent === undefined) {
      active.intent = "pause";
      active.run.stop();
    }
    await active.done;
    return await this.#options.jobs.get(id);
  }

  /**
   * Ends a job, at once and for good.
   *
   * @throws {NotFoundError} @throws {ConflictError} If it has ended, or runs in another process.
   */
  async cancel(id: string): Promise<Job> {
    const { queue, jobs } = this.#options;
    await this.#filling;
    const active = this.#active.get(id);
    if (active === undefined) {
      const job = await queue.move(id, ["queued", "paused"], "cancelled");
      await this.#dropOldCheckpoints();
      return job;
    }
    if (active.intent !== "lost") active.intent = "cancel";
    active.run.terminate("was stopped: the job was cancelled");
    await active.done;
    const job = await jobs.get(id);
    if (job.state !== "cancelled") {
      throw new ConflictError(`Cannot cancel the job: it is ${job.state}, ${id}`);
    }
    return job;
  }

  /**
   * Stops: running jobs save a checkpoint and go back to the queue. What has not within
   * `deadlineMs` is ended where it is, and will go on from its last checkpoint.
   */
  async stop(deadlineMs: number): Promise<void> {
    this.#stopping = true;
    this.#stopTimer();
    await this.#ticking;
    await this.#filling;
    const all = [...this.#active.values()];
    for (const active of all) {
      if (active.intent !== undefined) continue;
      active.intent = "shutdown";
      active.run.stop();
    }
    const stopDeadline = this.#options.clock.schedule(deadlineMs, () => {
      for (const { run } of all) run.terminate("did not stop in time");
    });
    await Promise.all(all.map(({ done }) => done));
    stopDeadline();
  }

  /** Keeps what runs, takes back what was left behind, starts what waits. */
  async #tick(): Promise<void> {
    const { queue, clock, log } = this.#options;
    try {
      // Its own leases first: after a long standstill they would look left behind.
      for (const active of this.#active.values()) {
        if (await queue.renew(active.job.id) || active.settling) continue;
        log.error("job is run by another process now; it ends here", { jobId: active.job.id });
        active.intent = "lost";
        active.run.terminate("was stopped: another process has the job");
      }
      await queue.recover();
      this.wake();
      await this.#filling;
    } catch (error) {
      log.error("cannot look after the jobs; trying again", { error: messageOf(error) });
    }
    if (this.#stopping) return;
    this.#stopTimer = clock.schedule(RENEW_MS, () => {
      this.#ticking = this.#tick();
    });
  }

  /** Index jobs compute on the embedders, so they need no trainer: one of them runs at a time. */
  async #fill(): Promise<void> {
    await this.#fillWith(["train", "evaluate", "tournament"], this.#options.config.trainers);
    await this.#fillWith(["index"], 1);
  }

  async #fillWith(types: readonly Job["type"][], most: number): Promise<void> {
    const { queue, models, log } = this.#options;
    const running = () =>
      [...this.#active.values()].filter(({ job }) => types.includes(job.type)).length;
    try {
      while (!this.#stopping && running() < most) {
        const job = await queue.take(types);
        if (job === undefined) return;
        const model = await modelOf(job, models);
        if (job.type !== "train" || model === undefined) this.#begin(job);
        else await succeed(job, model, this.#options);
      }
    } catch (error) {
      log.error("cannot take a job; trying again", { error: messageOf(error) });
    }
  }

  #begin(job: Job): void {
    const { clock } = this.#options;
    const trace = new JobTrace(this.#options.tracing, job);
    const log = this.#options.log.with({ jobId: job.id, ...trace.fields });
    log.info("job starts", { attempt: job.attempt });
    const record = (event: NewJobEvent, patch?: JobPatch) => {
      trace.note(event);
      this.#record(active, event, patch);
    };
    const active: Active = {
      job,
      intent: undefined,
      settling: false,
      progress: new ProgressThrottle(
        (progress) => record({ type: "progress", data: progress }, { progress }),
        PROGRESS_MS,
        clock,
      ),
      recorded: Promise.resolve(),
      trace,
      run: trace.within(() =>
        startRun(
          job,
          recordRun(() => active, record),
          log,
          this.#options,
        )
      ),
      done: Promise.resolve(),
    };
    this.#active.set(job.id, active);
    active.done = this.#supervise(active, log);
  }

  async #supervise(active: Active, log: Logger): Promise<void> {
    let end: RunEnd | undefined;
    try {
      end = await active.run.ended;
      active.progress.flush();
      await active.recorded;
      active.settling = true;
      await settleJob(active.job, end, active.intent, this.#options);
      await this.#dropOldCheckpoints();
      const reason = active.intent && { reason: active.intent };
      const model = end.type === "finished" && { modelId: end.model.id };
      if ("error" in end) {
        const { code, message, stack } = toErrorRecord(end.error);
        // What Alike did not name is a fault of ours: then where it was matters.
        const where = code === "internal" ? { stack } : {};
        log.warn(`job ${end.type}`, { ...reason, error: message, ...where });
      } else log.info(`job ${end.type}`, { ...reason, ...model });
    } catch (error) {
      // The lease is not renewed any more, so the job will be queued again.
      log.error("cannot record how the job ended", { error: messageOf(error) });
    } finally {
      active.trace.end(end, active.intent);
      this.#active.delete(active.job.id);
      this.wake();
    }
  }

  /** What cannot be deleted now is deleted when the next job ends. */
  async #dropOldCheckpoints(): Promise<void> {
    const { config, log } = this.#options;
    try {
      await dropOldCheckpoints(config.keepCheckpoints, this.#options);
    } catch (error) {
      log.warn("cannot delete old checkpoints", { error: messageOf(error) });
    }
  }

  /** Puts an event on record, after those before it. */
  #record(active: Active, event: NewJobEvent, patch?: JobPatch): void {
    const { queue, log } = this.#options;
    active.recorded = active.recorded.then(() => queue.record(active.job.id, [event], patch))
      .catch((error) =>
        log.warn("cannot record what a job tells", {
          jobId: active.job.id,
          event: event.type,
          error: messageOf(error),
        })
      );
  }
}

function messageOf(error: unknown): string {
  return toErrorRecord(error).message;
}
