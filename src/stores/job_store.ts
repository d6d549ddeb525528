/**
 * Rows of jobs and of what happens to them. Who runs a job holds a lease on it, which must be
 * renewed: the job of a process that died goes back to the queue when its lease has expired.
 *
 * Every change of state names the states it may come from, so that two who act at the same time
 * cannot both succeed. Events given with a change are recorded together with it or not at all: a
 * job that has ended has its last event.
 *
 * @module
 */
import { ConflictError } from "../errors.ts";
import { Job, type JobEvent, JobProgress, type JobState } from "../schemas/job.ts";
import { TrainSpec } from "../schemas/train.ts";
import type { Database, SqlValue } from "./database.ts";
import type { NewJobEvent } from "./job_events.ts";
import { eventsAfter, lastEvent, progressEvents, recordEvents } from "./job_events.ts";
import { datasetsOf } from "./job_datasets.ts";
import { getJob, JOB_COLUMNS, toJob } from "./job_row.ts";
import { checkStored } from "./json_column.ts";

export type { NewJobEvent };

/** What may change about a job. */
export type JobPatch = Partial<
  Pick<
    Job,
    "state" | "spec" | "attempt" | "progress" | "error" | "model" | "startedAt" | "finishedAt"
  >
>;

/** What {@linkcode JobStore} takes. */
export interface JobStoreOptions {
  /** Milliseconds since the epoch. @default {Date.now} */
  now?: () => number;
}

/** States of a job that has not ended: it may still read its data set. */
const OPEN: readonly JobState[] = ["queued", "running", "paused"];

/** Jobs in the database. */
export class JobStore {
  readonly #database: Database;
  readonly #now: () => number;

  constructor(database: Database, options: JobStoreOptions = {}) {
    this.#database = database;
    this.#now = options.now ?? Date.now;
  }

  /** @throws {ConflictError} If there is a job of that id. */
  async insert(job: Job, events: readonly NewJobEvent[] = []): Promise<void> {
    const { spec, ...row } = checkStored(Job, job, `job ${job.id}`);
    await this.#database.transaction(async (runner) => {
      await runner.run(
        `INSERT INTO jobs (position, ${JOB_COLUMNS}, dataset, evaluation_dataset)
        VALUES ((SELECT COALESCE(MAX(position), 0) + 1 FROM jobs), ${marks(13)})`,
        row.id,
        row.type,
        row.state,
        JSON.stringify(spec),
        row.attempt,
        toJson(row.progress),
        toJson(row.error),
        row.model,
        row.createdAt,
        row.startedAt,
        row.finishedAt,
        ...datasetsOf(spec),
      );
      await recordEvents(runner, job.id, events, this.#now());
    });
  }

  /** @throws {NotFoundError} */
  async get(id: string): Promise<Job> {
    return await getJob(this.#database, id);
  }

  /** Newest first. */
  async list(filter: { state?: JobState; limit: number }): Promise<Job[]> {
    const rows = filter.state === undefined
      ? await this.#database.query(
        `SELECT ${JOB_COLUMNS} FROM jobs ORDER BY position DESC LIMIT ?`,
        filter.limit,
      )
      : await this.#database.query(
        `SELECT ${JOB_COLUMNS} FROM jobs WHERE state = ? ORDER BY position DESC LIMIT ?`,
        filter.state,
        filter.limit,
      );
    return rows.map(toJob);
  }

  /** How many there are in each state that has any. */
  async counts(): Promise<Partial<Record<JobState, number>>> {
    const rows = await this.#database.query<{ state: JobState; jobs: number }>(
      `SELECT state, COUNT(*) AS jobs FROM jobs GROUP BY state`,
    );
    return Object.fromEntries(rows.map(({ state, jobs }) => [state, jobs]));
  }

  /**
   * Changes a job that is in one of the expected states. A change to any state but `running` ends
   * its lease.
   *
   * @throws {NotFoundError} @throws {ConflictError} If it is in another state.
   */
  async update(
    id: string,
    expected: readonly JobState[],
    patch: JobPatch,
    events: readonly NewJobEvent[] = [],
  ): Promise<Job> {
    const sets: string[] = [];
    const values: SqlValue[] = [];
    const set = (column: string, value: SqlValue | undefined) => {
      if (value === undefined) return;
      sets.push(`${column} = ?`);
      values.push(value);
    };
    set("state", patch.state);
    if (patch.spec) checkStored(TrainSpec, patch.spec, `spec of job ${id}`);
    set("spec", toJson(patch.spec));
    set("attempt", patch.attempt);
    if (patch.progress) checkStored(JobProgress, patch.progress, `progress of job ${id}`);
    set("progress", toJson(patch.progress));
    set("error", toJson(patch.error));
    set("model", patch.model);
    set("started_at", patch.startedAt);
    set("finished_at", patch.finishedAt);
    if (patch.state !== undefined && patch.state !== "running") {
      sets.push("lease_owner = NULL", "lease_expires = NULL");
    }
    return await this.#database.transaction(async (runner) => {
      const job = await getJob(runner, id);
      if (!expected.includes(job.state)) {
        throw new ConflictError(
          `Cannot change the job: it must be ${expected.join(" or ")} but is ${job.state}, ${id}`,
        );
      }
      await recordEvents(runner, id, events, this.#now());
      if (sets.length === 0) return job;
      const changed = await runner.run(
        `UPDATE jobs SET ${sets.join(", ")} WHERE id = ? AND state = ?`,
        ...values,
        id,
        job.state,
      );
      if (changed === 0) {
        throw new ConflictError(`Cannot change the job: it has just changed its state, ${id}`);
      }
      return await getJob(runner, id);
    });
  }

  /**
   * Takes the oldest queued job: it is running from now on and its attempts are one more.
   *
   * @param owner Who runs it; must be different for every process and worker.
   * @param seconds How long the lease lasts without a heartbeat.
   * @param types Which jobs. @default {all}
   * @returns The job, or undefined where none is queued.
   */
  async lease(
    owner: string,
    seconds: number,
    events: readonly NewJobEvent[] = [],
    types: readonly Job["type"][] = ["train", "evaluate", "index", "tournament"],
  ): Promise<Job | undefined> {
    return await this.#database.transaction(async (runner) => {
      const rows = await runner.query<{ id: string }>(
        `SELECT id FROM jobs WHERE state = 'queued' AND type IN (${marks(types.length)})
        ORDER BY position LIMIT 1`,
        ...types,
      );
      const id = rows[0]?.id;
      if (id === undefined) return undefined;
      const changed = await runner.run(
        `UPDATE jobs SET state = 'running', attempt = attempt + 1,
        started_at = COALESCE(started_at, ?), lease_owner = ?, lease_expires = ?
        WHERE id = ? AND state = 'queued'`,
        new Date(this.#now()).toISOString(),
        owner,
        this.#expiry(seconds),
        id,
      );
      if (changed === 0) return undefined;
      await recordEvents(runner, id, events, this.#now());
      return await getJob(runner, id);
    });
  }

  /** Renews a lease. @returns False if the owner holds none: it must stop working on the job. */
  async heartbeat(id: string, owner: string, seconds: number): Promise<boolean> {
    const changed = await this.#database.run(
      `UPDATE jobs SET lease_expires = ? WHERE id = ? AND lease_owner = ? AND state = 'running'`,
      this.#expiry(seconds),
      id,
      owner,
    );
    return changed > 0;
  }

  /**
   * Gives a running job back to the queue, where it keeps its place.
   *
   * @returns False if it was not running.
   */
  async release(id: string): Promise<boolean> {
    const changed = await this.#database.run(
      `UPDATE jobs SET state = 'queued', lease_owner = NULL, lease_expires = NULL
      WHERE id = ? AND state = 'running'`,
      id,
    );
    return changed > 0;
  }

  /** Puts running jobs whose lease had expired at `now` back into the queue. @returns Those jobs. */
  async requeueExpired(now: Date, events: readonly NewJobEvent[] = []): Promise<Job[]> {
    return await this.#database.transaction(async (runner) => {
      const rows = await runner.query(
        `SELECT ${JOB_COLUMNS} FROM jobs
        WHERE state = 'running' AND (lease_expires IS NULL OR lease_expires <= ?)
        ORDER BY position`,
        now.getTime(),
      );
      const jobs: Job[] = [];
      for (const job of rows.map(toJob)) {
        await runner.run(
          `UPDATE jobs SET state = 'queued', lease_owner = NULL, lease_expires = NULL
          WHERE id = ?`,
          job.id,
        );
        await recordEvents(runner, job.id, events, this.#now());
        jobs.push({ ...job, state: "queued" });
      }
      return jobs;
    });
  }

  /**
   * Puts events on record, all or none. Their ids go on from the job's last one.
   *
   * @throws {NotFoundError}
   */
  async append(id: string, events: readonly NewJobEvent[]): Promise<JobEvent[]> {
    return await this.#database.transaction(async (runner) => {
      await getJob(runner, id);
      return await recordEvents(runner, id, events, this.#now());
    });
  }

  /** Events with an id above `after`, oldest first, at most `limit`. */
  async eventsAfter(id: string, after: number, limit: number): Promise<JobEvent[]> {
    return await eventsAfter(this.#database, id, { after, limit });
  }

  /**
   * The progress events, oldest first, thinned evenly to at most `limit`: the first is always
   * among them and, from a limit of 2, the last.
   */
  async progressEvents(id: string, limit: number): Promise<JobEvent[]> {
    return await progressEvents(this.#database, id, limit);
  }

  /** The newest event of a type; undefined if there is none. */
  async lastEvent(id: string, type: JobEvent["type"]): Promise<JobEvent | undefined> {
    return await lastEvent(this.#database, id, type);
  }

  /** Whether a job that has not ended trains on or evaluates with that data set. */
  async usesDataset(datasetId: string): Promise<boolean> {
    const rows = await this.#database.query(
      `SELECT id FROM jobs
      WHERE state IN (${marks(OPEN.length)}) AND (dataset = ? OR evaluation_dataset = ?) LIMIT 1`,
      ...OPEN,
      datasetId,
      datasetId,
    );
    return rows.length > 0;
  }

  #expiry(seconds: number): number {
    return Math.round(this.#now() + seconds * 1000);
  }
}

/** Null and undefined (no change) stay as they are. */
function toJson<T>(value: T): string | Extract<T, null | undefined> {
  if (value === null || value === undefined) return value as Extract<T, null | undefined>;
  return JSON.stringify(value);
}

function marks(count: number): string {
  return Array(count).fill("?").join(", ");
}
