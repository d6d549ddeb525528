/** What happens to jobs, on record: rows that count from 1 within their job. @module */
import { JobEvent } from "../schemas/job.ts";
import type { SqlRow, SqlRunner } from "./database.ts";
import { checkStored, parseColumn, readStored } from "./json_column.ts";

/** An event before it has its id and time. */
export type NewJobEvent = JobEvent extends infer Event
  ? Event extends JobEvent ? Pick<Event, "type" | "data"> : never
  : never;

/**
 * Puts events on record. Their ids go on from the job's last one, so it must be called within a
 * transaction.
 *
 * @param now Milliseconds since the epoch.
 */
export async function recordEvents(
  runner: SqlRunner,
  id: string,
  events: readonly NewJobEvent[],
  now: number,
): Promise<JobEvent[]> {
  if (events.length === 0) return [];
  const rows = await runner.query<{ last: number | null }>(
    `SELECT MAX(id) AS last FROM job_events WHERE job = ?`,
    id,
  );
  const last = rows[0]?.last ?? 0;
  const time = new Date(now).toISOString();
  const recorded: JobEvent[] = [];
  for (const [i, { type, data }] of events.entries()) {
    const event = checkStored(
      JobEvent,
      { id: last + 1 + i, time, type, data },
      `event of job ${id}`,
    );
    await runner.run(
      `INSERT INTO job_events (job, id, time, type, data) VALUES (?, ?, ?, ?, ?)`,
      id,
      event.id,
      time,
      type,
      JSON.stringify(event.data),
    );
    recorded.push(event);
  }
  return recorded;
}

/** Events with an id above `after`, oldest first, at most `limit`. */
export async function eventsAfter(
  runner: SqlRunner,
  id: string,
  page: { after: number; limit: number },
): Promise<JobEvent[]> {
  const rows = await runner.query(
    `SELECT id, time, type, data FROM job_events WHERE job = ? AND id > ? ORDER BY id LIMIT ?`,
    id,
    page.after,
    page.limit,
  );
  return rows.map(toEvent);
}

/**
 * The progress events, oldest first, thinned evenly to at most `limit`: the first is always among
 * them and, from a limit of 2, the last.
 */
export async function progressEvents(
  runner: SqlRunner,
  id: string,
  limit: number,
): Promise<JobEvent[]> {
  // Place p of n falls into bin floor(p (limit - 1) / (n - 1)); the first of each bin is kept.
  // Integer division in both databases. With n <= limit every place has a bin of its own.
  const rows = await runner.query(
    `SELECT id, time, type, data FROM (
      SELECT id, time, type, data,
        ROW_NUMBER() OVER (ORDER BY id) - 1 AS place,
        NULLIF(COUNT(*) OVER () - 1, 0) AS last_place
      FROM job_events WHERE job = ? AND type = 'progress'
    ) AS places
    WHERE place = 0
      OR (place * ?) / last_place <> ((place - 1) * ?) / last_place
    ORDER BY id`,
    id,
    limit - 1,
    limit - 1,
  );
  return rows.map(toEvent);
}

/** The newest event of a type; undefined if there is none. */
export async function lastEvent(
  runner: SqlRunner,
  id: string,
  type: JobEvent["type"],
): Promise<JobEvent | undefined> {
  const rows = await runner.query(
    `SELECT id, time, type, data FROM job_events
    WHERE job = ? AND type = ? ORDER BY id DESC LIMIT 1`,
    id,
    type,
  );
  return rows[0] === undefined ? undefined : toEvent(rows[0]);
}

function toEvent(row: SqlRow): JobEvent {
  const event = { id: row.id, time: row.time, type: row.type, data: parseColumn(row.data) };
  return readStored(JobEvent, event, `event ${row.id}`);
}
