/** The row of a job, as what it stands for. @module */
import { NotFoundError } from "../errors.ts";
import { Job } from "../schemas/job.ts";
import type { SqlRow, SqlRunner } from "./database.ts";
import { parseColumn, readStored } from "./json_column.ts";

/** The columns that {@linkcode toJob} reads. */
export const JOB_COLUMNS =
  "id, type, state, spec, attempt, progress, error, model, created_at, started_at, finished_at";

/** @throws {NotFoundError} */
export async function getJob(runner: SqlRunner, id: string): Promise<Job> {
  const rows = await runner.query(`SELECT ${JOB_COLUMNS} FROM jobs WHERE id = ?`, id);
  if (rows[0] === undefined) throw new NotFoundError(`Cannot find the job: no such id, ${id}`);
  return toJob(rows[0]);
}

/** @throws {CorruptError} If the row is not as it was written. */
export function toJob(row: SqlRow): Job {
  return readStored(Job, {
    id: row.id,
    type: row.type,
    state: row.state,
    spec: parseColumn(row.spec),
    attempt: row.attempt,
    progress: parseColumn(row.progress),
    error: parseColumn(row.error),
    model: row.model,
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
  }, `job ${row.id}`);
}
