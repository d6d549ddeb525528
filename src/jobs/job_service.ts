/**
 * Jobs for the routes: implements `JobService` of `routes/services.ts`.
 *
 * @module
 */
import { type Clock, systemClock } from "../clock.ts";
import { ConflictError, NotFoundError } from "../errors.ts";
import type { Config } from "../config.ts";
import type { Logger } from "../log.ts";
import { jobFile } from "../protocol/job_files.ts";
import type { Job, JobEvent, JobRequest, JobState } from "../schemas/job.ts";
import type { JobExtension, JobLosses } from "../schemas/job_extension.ts";
import type { Plan, PlanRequest } from "../schemas/job_plan.ts";
import { newId } from "../schemas/name.ts";
import type { TournamentStanding } from "../schemas/tournament.ts";
import type { BlobStore } from "../stores/blobs.ts";
import type { JobStore } from "../stores/job_store.ts";
import type { ModelStore } from "../stores/model_store.ts";
import type { Tracing } from "../tracing.ts";
import { budgetText, extendTrain } from "./extend_train.ts";
import type { Indexing } from "./index_run.ts";
import { JobQueue } from "./job_queue.ts";
import { lossesOwner } from "./losses_owner.ts";
import { planTournament } from "./plan_tournament.ts";
import { planTrain } from "./plan_train.ts";
import { ProgressFeed } from "./progress_feed.ts";
import { type JobContext, resolveJob } from "./resolve_job.ts";
import { resolveTournament } from "./resolve_tournament.ts";
import { type DatasetReader, resolveTrain } from "./resolve_train.ts";
import type { ServeBlock } from "./serve_recommended.ts";
import { standingOf } from "./standing_of.ts";
import { StepClock, type StepTime } from "./step_clock.ts";
import { WASM_HEAP_BYTES } from "./step_memory.ts";
import { Supervisor } from "./supervisor.ts";

/** What {@linkcode JobService} takes. */
export interface JobServiceOptions {
  config: Pick<
    Config,
    "trainers" | "replicas" | "backend" | "maxPixels" | "checkpointSeconds" | "keepCheckpoints"
  >;
  /** Module of the trainer worker. */
  workerUrl: URL;
  datasets: DatasetReader;
  jobs: JobStore;
  models: ModelStore;
  blobs: BlobStore;
  /** Gets the pixels of data sets that are more than memory should hold. */
  temporaryFolder: string;
  /** What jobs that embed collections need. */
  indexing: Indexing;
  /** Makes the model that serves the block a tournament recommends. */
  serveBlock: ServeBlock;
  /** The backend that workers found, once one has: what a GPU's memory is, is not known. */
  backend: () => "webgpu" | "wasm" | undefined;
  log: Logger;
  /** Makes spans, if there are to be any. */
  tracing?: Tracing | undefined;
  /** @default {systemClock} */
  clock?: Clock;
}

/** Work in the background. */
export class JobService {
  readonly #options: JobServiceOptions;
  readonly #clock: Clock;
  readonly #feed: ProgressFeed;
  readonly #queue: JobQueue;
  readonly #supervisor: Supervisor;
  readonly #stepClock: StepClock;

  constructor(options: JobServiceOptions) {
    const { jobs, log, clock = systemClock } = options;
    this.#options = options;
    this.#clock = clock;
    this.#feed = new ProgressFeed(jobs, clock);
    this.#queue = new JobQueue({ jobs, feed: this.#feed, clock, log });
    this.#supervisor = new Supervisor({ ...options, queue: this.#queue, clock });
    this.#stepClock = new StepClock({ ...options, clock, busy: () => this.#supervisor.busy });
  }

  /** Begins to run jobs, those left behind by a process that died among them. */
  start(): void {
    this.#supervisor.start();
  }

  /**
   * Stops: running jobs save a checkpoint and go back to the queue, for the next start. What has
   * not within `deadlineMs` goes on from its last checkpoint then.
   */
  async stop(deadlineMs: number): Promise<void> {
    await Promise.all([this.#stepClock.stop(), this.#supervisor.stop(deadlineMs)]);
  }

  /**
   * Fills in every default, checks the request against the data, queues it.
   *
   * @throws {NotFoundError} If a data set or model does not exist.
   * @throws {InvalidError} With every fault.
   */
  async submit(request: JobRequest): Promise<Job> {
    const id = newId("job");
    const job: Job = {
      id,
      ...await resolveJob(request, id, this.#context()),
      state: "queued",
      attempt: 0,
      progress: null,
      error: null,
      model: null,
      createdAt: new Date(this.#clock.now()).toISOString(),
      startedAt: null,
      finishedAt: null,
    };
    await this.#queue.add(job);
    this.#supervisor.wake();
    return job;
  }

  /**
   * What a job of this request would take; it is not queued. The first plan for a network (of a
   * tournament, for each entry's) takes some seconds, in which a step is measured.
   *
   * @param signal Fires when nobody waits for it any more. @throws As {@linkcode JobService.submit}.
   */
  async plan(request: PlanRequest, signal?: AbortSignal): Promise<Plan> {
    const heapLimit = this.#memoryBytes();
    if (request.type === "train") {
      const { spec, items, replicas } = await resolveTrain(request, this.#context());
      const time = await this.#stepClock.measure(spec, replicas, signal);
      return planTrain(spec, { items, replicas, time, heapLimit });
    }
    const tournament = await resolveTournament(request, this.#context());
    const times: (StepTime | null)[] = [];
    for (const { spec, replicas } of tournament.runs) {
      // One by one: so it never holds more than one of the places in the clock's queue.
      times.push(await this.#stepClock.measure(spec, replicas, signal));
    }
    return planTournament(tournament, { times, heapLimit });
  }

  /** Newest first. */
  async list(filter: { state?: JobState; limit: number }): Promise<Job[]> {
    return await this.#options.jobs.list(filter);
  }

  /** How many there are in each state that has any. */
  async counts(): Promise<Partial<Record<JobState, number>>> {
    return await this.#options.jobs.counts();
  }

  /** @throws {NotFoundError} */
  async get(id: string): Promise<Job> {
    return await this.#options.jobs.get(id);
  }

  /**
   * Has a job save a checkpoint and pause.
   *
   * @returns The job when it has paused, or ended before it could.
   * @throws {NotFoundError} @throws {ConflictError} If it neither waits nor runs.
   */
  async pause(id: string): Promise<Job> {
    await this.#requireState(id, "pause", ["queued", "running"]);
    return await this.#supervisor.pause(id);
  }

  /** Queues a paused job again. @throws {NotFoundError} @throws {ConflictError} If it is not paused. */
  async resume(id: string): Promise<Job> {
    await this.#requireState(id, "resume", ["paused"]);
    const job = await this.#queue.move(id, ["paused"], "queued");
    this.#supervisor.wake();
    return job;
  }

  /** Ends a job at once and for good. @throws {NotFoundError} @throws {ConflictError} If it has ended. */
  async cancel(id: string): Promise<Job> {
    await this.#requireState(id, "cancel", ["queued", "running", "paused"]);
    return await this.#supervisor.cancel(id);
  }

  /**
   * Trains on a job that has ended, from its last checkpoint; a new model comes out.
   *
   * @throws {NotFoundError} @throws {ConflictError} If it has not ended, or failed, or its checkpoint
   * or a data set of it is gone.
   */
  async extend(id: string, request: JobExtension): Promise<Job> {
    const { blobs, datasets } = this.#options;
    const ended = ["succeeded", "cancelled"] as const;
    await this.#requireState(id, "extend", ended);
    const job = await this.get(id);
    if (job.type !== "train") {
      throw new ConflictError(
        `Cannot extend the job: only one of type train can be, its type is ${job.type}, ${id}`,
      );
    }
    if (await blobs.size(jobFile(id, "checkpoint")) === undefined) {
      throw new ConflictError(
        `Cannot extend the job: it has no checkpoint (any more), ${id}; ` +
          "ALIKE_KEEP_CHECKPOINTS says how many ended jobs keep theirs",
      );
    }
    const spec = await extendTrain(job.spec, request, datasets);
    const queued = await this.#queue.move(id, ended, "queued", {
      reason: `extended by ${budgetText(spec.extensions.at(-1)!)}`,
      patch: { spec, attempt: 0, error: null, finishedAt: null },
    });
    this.#supervisor.wake();
    return queued;
  }

  /**
   * The loss of every step from `from` on, at most `limit`, as of the last checkpoint.
   * @param entry Of a tournament, and of no other job: which of its entries.
   * @throws {NotFoundError} @throws {InvalidError} If there is no such entry, or none was named.
   */
  async losses(id: string, from: number, limit: number, entry?: number): Promise<JobLosses> {
    const { jobs, blobs } = this.#options;
    const trained = lossesOwner(await jobs.get(id), entry);
    const bytes = await blobs.get(jobFile(trained, "losses")).catch((error) => {
      if (error instanceof NotFoundError) return new Uint8Array();
      throw error;
    });
    const all = new Float32Array(bytes.slice().buffer);
    const losses = Array.from(
      all.subarray(from - 1, from - 1 + limit),
      (loss) => Number.isFinite(loss) ? loss : null,
    );
    return { from, total: all.length, losses };
  }

  /**
   * How a tournament stands.
   *
   * @throws {NotFoundError} @throws {ConflictError} If it is another kind of job.
   */
  async tournament(id: string): Promise<TournamentStanding> {
    const job = await this.get(id);
    if (job.type === "tournament") return await standingOf(job, this.#options.jobs);
    throw new ConflictError(
      `Cannot show how it stands: the job is no tournament, its type is ${job.type}, ${id}`,
    );
  }

  /** Says for people why a job cannot be changed; what changes meanwhile is caught further down. */
  async #requireState(id: string, verb: string, states: readonly JobState[]): Promise<void> {
    const { state } = await this.get(id);
    if (states.includes(state)) return;
    const rule = `must be of a job that is ${states.join(" or ")}`;
    throw new ConflictError(`Cannot ${verb} the job: it is ${state}, ${id}`, {
      errors: [{ path: "id", rule, value: state }],
    });
  }

  /**
   * Events with an id above `after`, first those on record, then as they happen; ends after the
   * job's last event, or when the signal fires.
   *
   * @throws {NotFoundError}
   */
  events(id: string, after: number, signal: AbortSignal): AsyncIterable<JobEvent> {
    return this.#feed.events(id, after, signal);
  }

  /**
   * The progress events on record, oldest first, thinned to at most `limit`.
   *
   * @throws {NotFoundError}
   */
  async metrics(id: string, limit: number): Promise<JobEvent[]> {
    const { jobs } = this.#options;
    await jobs.get(id);
    return await jobs.progressEvents(id, limit);
  }

  /** What requests are checked against. */
  #context(): JobContext {
    const { datasets, models, jobs, indexing, config } = this.#options;
    return {
      datasets,
      models,
      jobs,
      indexing,
      checkpointSeconds: config.checkpointSeconds,
      memoryBytes: this.#memoryBytes(),
      replicas: this.#onGpu() ? 1 : config.replicas,
    };
  }

  #memoryBytes(): number | null {
    return this.#onGpu() ? null : WASM_HEAP_BYTES;
  }

  #onGpu(): boolean {
    const { backend, config } = this.#options;
    return (backend() ?? config.backend) === "webgpu";
  }
}
