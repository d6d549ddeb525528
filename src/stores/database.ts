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
  /**
   * @returns How many rows were changed.
   * @throws {ConflictError} If a uniqueness or foreign key rule forbids the change.
   */
  run(sql: string, ...values: SqlValue[]): Promise<number>;
}

/**
 * A database. Acknowledged writes survive a crash.
 *
 * @throws {UnavailableError} From any method, when the database cannot be reached, is locked for
 * too long, has no room, or is closed.
 */
export interface Database extends SqlRunner {
  /**
   * Runs `work` whole or not at all; one transaction at a time, and no other statement in between.
   *
   * @throws {InternalError} If `work` uses the database itself instead of its runner (it would
   * wait for itself), or the runner is used after `work` has ended.
   */
  transaction<T>(work: (runner: SqlRunner) => Promise<T>): Promise<T>;
  /** Waits for what is under way. Closing again does nothing. */
  close(): Promise<void>;
}
