/**
 * The database's schema, as the ordered steps that make it. A step that has been released is never
 * changed: a new one is added below it.
 *
 * Statements keep to what SQLite and PostgreSQL both understand. What is only read whole is JSON in
 * a `body` or `data` column; what is searched, ordered or compared has a column of its own.
 * `position` orders rows of the same millisecond: counted up by hand, because the two databases
 * spell an automatic count differently.
 *
 * @module
 */
import { UnsupportedError } from "../errors.ts";
import type { Database } from "./database.ts";

/** One step: its number and its statements. */
export interface Migration {
  version: number;
  statements: readonly string[];
}

/** Every step, in order. */
export const migrations: readonly Migration[] = [
  {
    version: 1,
    statements: [
      `CREATE TABLE datasets (
        id TEXT PRIMARY KEY,
        position BIGINT NOT NULL UNIQUE,
        name TEXT NOT NULL UNIQUE,
        body TEXT NOT NULL
      )`,
      `CREATE TABLE models (
        id TEXT PRIMARY KEY,
        position BIGINT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        digest TEXT NOT NULL,
        body TEXT NOT NULL
      )`,
      `CREATE INDEX models_by_name ON models (name, position)`,
      `CREATE INDEX models_by_digest ON models (digest, position)`,
      `CREATE TABLE aliases (
        name TEXT PRIMARY KEY,
        model TEXT NOT NULL REFERENCES models (id),
        updated_at TEXT NOT NULL
      )`,
      `CREATE INDEX aliases_by_model ON aliases (model)`,
      `CREATE TABLE jobs (
        id TEXT PRIMARY KEY,
        position BIGINT NOT NULL UNIQUE,
        type TEXT NOT NULL,
        state TEXT NOT NULL,
        spec TEXT NOT NULL,
        dataset TEXT NOT NULL,
        evaluation_dataset TEXT,
        attempt INTEGER NOT NULL,
        progress TEXT,
        error TEXT,
        model TEXT,
        created_at TEXT NOT NULL,
        started_at TEXT,
        finished_at TEXT,
        lease_owner TEXT,
        lease_expires BIGINT
      )`,
      `CREATE INDEX jobs_by_state ON jobs (state, position)`,
      `CREATE TABLE job_events (
        job TEXT NOT NULL REFERENCES jobs (id),
        id INTEGER NOT NULL,
        time TEXT NOT NULL,
        type TEXT NOT NULL,
        data TEXT NOT NULL,
        PRIMARY KEY (job, id)
      )`,
      `CREATE INDEX job_events_by_type ON job_events (job, type, id)`,
    ],
  },
  {
    version: 2,
    statements: [
      `CREATE TABLE model_evaluations (
        model TEXT NOT NULL REFERENCES models (id),
        job TEXT NOT NULL,
        position BIGINT NOT NULL UNIQUE,
        body TEXT NOT NULL,
        PRIMARY KEY (model, job)
      )`,
    ],
  },
  {
    version: 3,
    statements: [
      `CREATE TABLE collections (
        name TEXT PRIMARY KEY,
        position BIGINT NOT NULL UNIQUE,
        dataset TEXT NOT NULL,
        model TEXT,
        digest TEXT,
        dimensions INTEGER,
        space TEXT,
        job TEXT,
        created_at TEXT NOT NULL
      )`,
      `CREATE TABLE alias_history (
        name TEXT NOT NULL,
        position BIGINT NOT NULL,
        model TEXT NOT NULL,
        previous TEXT,
        kind TEXT NOT NULL,
        canary TEXT,
        changed_at TEXT NOT NULL,
        PRIMARY KEY (name, position)
      )`,
    ],
  },
];

/**
 * Brings a database up to date: the steps it has not had, all or none of them.
 *
 * @param steps The steps this program knows. @default {migrations}
 * @throws {UnsupportedError} If the database has had a step that this program does not know: an
 * older program must not write to it.
 */
export async function migrate(
  database: Database,
  steps: readonly Migration[] = migrations,
): Promise<void> {
  await database.transaction(async (runner) => {
    await runner.run(
      `CREATE TABLE IF NOT EXISTS schema_versions (
        version INTEGER PRIMARY KEY,
        applied_at TEXT NOT NULL
      )`,
    );
    const rows = await runner.query<{ version: number | null }>(
      `SELECT MAX(version) AS version FROM schema_versions`,
    );
    const current = rows[0]?.version ?? 0;
    const newest = steps.at(-1)?.version ?? 0;
    if (current > newest) {
      throw new UnsupportedError(
        `Cannot open the database: its schema version is ${current}, this program knows ${newest}`,
      );
    }
    for (const { version, statements } of steps) {
      if (version <= current) continue;
      for (const statement of statements) await runner.run(statement);
      await runner.run(
        `INSERT INTO schema_versions (version, applied_at) VALUES (?, ?)`,
        version,
        new Date().toISOString(),
      );
    }
  });
}
