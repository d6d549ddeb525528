/**
 * Job queue: which job is next, who holds it, and every change of a job's state, each with its
 * event.
 *
 * Whoever runs a job holds a lease on it for a few seconds and renews it. A process that died
 * renews nothing, so its jobs are back in the queue seconds after the next one has started (or at
 * once, if the last lease is already over), whoever the other process was, on this machine or
 * another. Nothing has to be known about the old process, and two processes on one database never
 * run the same job.
 *
 * A job is given up when it was started too often without getting on: three times if its worker
 * died, ten times if the process did (which may just have been killed, but may also have died of
 * the job). A checkpoint or a graceful stop counts as getting on.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import { type AlikeError, ConflictError, WorkerDiedError } from "../errors.ts";
import type { Logger } from "../log.ts";
import type { Job, JobState } from "../schemas/job.ts";
import type { JobPatch, JobStore, NewJobEvent } from "../stores/job_store.ts";
import { hasEnded } from "./job_states.ts";
import type { ProgressFeed } from "./progress_feed.ts";

/** What {@linkcode JobQueue} takes. */
export interface JobQueueOptions {
  jobs: JobStore;
  feed: ProgressFeed;
  clock: Clock;
  log: Logger;
}

/** How long a lease lasts without being renewed. Renewals come every {@linkcode RENEW_MS}. */
const LEASE_SECONDS = 6;

/** Time between renewals, and between looks for jobs that were left behind. */
export const RENEW_MS = 2000;

/** Starts without getting on, after which a job (or a tournament's entry) is given up. */
export const STARTS_IF_WORKER_DIES = 3;
const STARTS_IF_PROCESS_DIES = 10;

/** The queue, as one process sees it. */
export class JobQueue {
  readonly #options: JobQueueOptions;
  /** Of this process: two never have the same. */
  readonly #owner = crypto.randomUUID();

  constructor(options: JobQueueOptions) {
    this.#options = options;
  }

  /** Queues a new job. */
  async add(job: Job): Promise<void> {
    await this.#options.jobs.insert(job, [{ type: "state", data: { state: "queued" } }]);
    this.#options.feed.notify(job.id);
  }

  /**
   * Takes the next job, which is running from now on; undefined if there is none.
   *
   * @param types Which jobs. @default {all}
   */
  async take(types?: readonly Job["type"][]): Promise<Job | undefined> {
    const { jobs, feed } = this.#options;
    const event = { type: "state", data: { state: "running" } } as const;
    const job = await jobs.lease(this.#owner, LEASE_SECONDS, [event], types);
    if (job !== undefined) feed.notify(job.id);
    return job;
  }

  /** Keeps a job. @returns False if another process has it now. */
  async renew(id: string): Promise<boolean> {
    return await this.#options.jobs.heartbeat(id, this.#owner, LEASE_SECONDS);
  }

  /** Puts jobs back into the queue that a process left behind, or gives them up. */
  async recover(): Promise<void> {
    const { jobs, clock, log, feed } = this.#options;
    const data = { state: "queued", reason: "the process that ran it ended" } as const;
    const left = await jobs.requeueExpired(new Date(clock.now()), [{ type: "state", data }]);
    for (const { id, attempt } of left) {
      log.warn("job was left behind; it is queued again", { jobId: id, starts: attempt });
      feed.notify(id);
      if (attempt < STARTS_IF_PROCESS_DIES) continue;
      const error = new WorkerDiedError(
        `Cannot go on: the process ended ${attempt} times while it ran the job`,
      );
      try {
        await this.fail(id, error, ["queued"]);
      } catch (cause) {
        // Someone has cancelled it meanwhile, or another process taken it.
        if (!(cause instanceof ConflictError)) throw cause;
      }
    }
  }

  /** Puts a running job whose worker died back into the queue, or gives it up. */
  async retry({ id, attempt }: Job, error: AlikeError): Promise<void> {
    if (attempt >= STARTS_IF_WORKER_DIES) {
      await this.fail(id, error);
      return;
    }
    const reason =
      `its worker died, start ${attempt} of ${STARTS_IF_WORKER_DIES}: ${error.message}`;
    await this.move(id, ["running"], "queued", { reason });
  }

  /** Gives a job up. */
  async fail(
    id: string,
    { code, message }: AlikeError,
    from: readonly JobState[] = ["running"],
  ): Promise<Job> {
    return await this.move(id, from, "failed", {
      reason: message,
      patch: { error: { code, message } },
    });
  }

  /**
   * Changes a job's state.
   *
   * @param also Events to record before that of the state, its reason, and what else changes.
   * @throws {NotFoundError} @throws {ConflictError} If it is in none of the states `from`.
   */
  async move(
    id: string,
    from: readonly JobState[],
    to: JobState,
    also: { reason?: string; patch?: JobPatch; events?: readonly NewJobEvent[] } = {},
  ): Promise<Job> {
    const { jobs, feed, clock } = this.#options;
    const reason = also.reason === undefined ? {} : { reason: also.reason };
    const ended = hasEnded(to) ? { finishedAt: new Date(clock.now()).toISOString() } : {};
    const job = await jobs.update(id, from, { state: to, ...ended, ...also.patch }, [
      ...also.events ?? [],
      { type: "state", data: { state: to, ...reason } },
    ]);
    feed.notify(id);
    return job;
  }

  /** Puts events of a running job on record, and what they change. @throws {ConflictError} */
  async record(id: string, events: readonly NewJobEvent[], patch: JobPatch = {}): Promise<void> {
    await this.#options.jobs.update(id, ["running"], patch, events);
    this.#options.feed.notify(id);
  }
}
