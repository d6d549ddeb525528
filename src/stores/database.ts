/**
 * Database: the little SQL that the stores need. The contract above `sqlite_database.ts` (and
 * PostgreSQL, later), so statements keep to what both understand.
 *
 * @module
 */

/** What a column may hold. */
export type SqlValue = string | number | null;

/** A row by column name. */
export type SqlRow = Record<string, SqlValue>;

/** Runs statements, within a transaction or not. Parameters are `?`. */
export interface SqlRunner {
  /** Rows of a query. */
  query<Row extends SqlRow = SqlRow>(sql: string, ...values: SqlValue[]): Promise<Row[]>;
  /** @returns How many rows were changed. */
  run(sql: string, ...values: SqlValue[]): Promise<number>;
}

/** A database. Acknowledged writes survive a crash. */
export interface Database extends SqlRunner {
  /** Runs `work` whole or not at all; one transaction at a time. */
  transaction<T>(work: (runner: SqlRunner) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
