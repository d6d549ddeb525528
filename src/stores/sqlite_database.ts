/**
 * SQLite as the database: one file, nothing to install.
 *
 * `node:sqlite` is synchronous and a connection has one transaction, so two async callers that
 * take turns would write into each other's transaction. Here every statement outside a transaction
 * and every transaction waits for the one before it.
 *
 * @module
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { InternalError, UnavailableError } from "../errors.ts";
import type { Database, SqlRow, SqlRunner, SqlValue } from "./database.ts";
import { namedSqliteError } from "./named_sqlite_error.ts";

/** What {@linkcode SqliteDatabase.open} takes. */
export interface SqliteOptions {
  /** How long to wait for another process's lock, milliseconds. @default {5000} */
  busyTimeoutMs?: number;
}

/** Prepared statements that are kept; there are fewer different ones than this in Alike. */
const MAX_STATEMENTS = 200;

/** A database in one file. */
export class SqliteDatabase implements Database {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  /** Which transaction the current async call chain belongs to. */
  readonly #inside = new AsyncLocalStorage<{ active: boolean }>();
  /** Settles when everything asked for so far is done. */
  #tail: Promise<unknown> = Promise.resolve();
  #closed = false;

  private constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /**
   * Opens the file, or makes it.
   *
   * @throws {UnavailableError} If the file cannot be opened. @throws {CorruptError} If it is not a
   * database.
   */
  static open(path: string, options: SqliteOptions = {}): SqliteDatabase {
    let database: DatabaseSync;
    try {
      database = new DatabaseSync(path, {
        timeout: options.busyTimeoutMs ?? 5000,
        enableForeignKeyConstraints: true,
      });
    } catch (cause) {
      throw new UnavailableError(`Cannot open the database: ${messageOf(cause)}, ${path}`, {
        cause,
      });
    }
    try {
      // FULL: a commit is on disk when it is acknowledged, also if the power fails.
      for (const pragma of ["journal_mode = WAL", "synchronous = FULL"]) {
        database.prepare(`PRAGMA ${pragma}`).all();
      }
    } catch (error) {
      database.close();
      throw namedSqliteError(error);
    }
    return new SqliteDatabase(database);
  }

  query<Row extends SqlRow = SqlRow>(sql: string, ...values: SqlValue[]): Promise<Row[]> {
    return this.#alone(() => this.#query<Row>(sql, values));
  }

  run(sql: string, ...values: SqlValue[]): Promise<number> {
    return this.#alone(() => this.#run(sql, values));
  }

  transaction<T>(work: (runner: SqlRunner) => Promise<T>): Promise<T> {
    return this.#alone(async () => {
      const token = { active: true };
      const check = () => {
        if (!token.active) {
          throw new InternalError("Cannot run a statement: its transaction has ended");
        }
      };
      const runner: SqlRunner = {
        // Async, so that a fault rejects and never throws at the call.
        // deno-lint-ignore require-await
        query: async <Row extends SqlRow>(sql: string, ...values: SqlValue[]) => {
          check();
          return this.#query<Row>(sql, values);
        },
        // deno-lint-ignore require-await
        run: async (sql, ...values) => {
          check();
          return this.#run(sql, values);
        },
      };
      // IMMEDIATE takes the write lock at once: a later upgrade could fail half-way as busy.
      this.#run("BEGIN IMMEDIATE", []);
      try {
        const result = await this.#inside.run(token, () => work(runner));
        token.active = false;
        this.#run("COMMIT", []);
        return result;
      } catch (error) {
        token.active = false;
        // Some failures (a full disk) have already rolled back.
        if (this.#database.isTransaction) this.#run("ROLLBACK", []);
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#tail;
    this.#statements.clear();
    this.#database.close();
  }

  /** Runs `action` when everything asked for before is done. */
  async #alone<T>(action: () => T | Promise<T>): Promise<T> {
    if (this.#inside.getStore()?.active) {
      throw new InternalError(
        "Cannot use the database inside its own transaction: use the runner that `work` is given",
      );
    }
    if (this.#closed) throw new UnavailableError("Cannot use the database: it is closed");
    const turn = this.#tail.then(action);
    this.#tail = turn.catch(() => {});
    return await turn;
  }

  #query<Row extends SqlRow>(sql: string, values: SqlValue[]): Row[] {
    try {
      // SQLite's rows have no prototype; callers get plain objects.
      return this.#prepare(sql).all(...values.map(toSqlite)).map((row) => ({ ...row } as Row));
    } catch (error) {
      throw namedSqliteError(error);
    }
  }

  #run(sql: string, values: SqlValue[]): number {
    try {
      return Number(this.#prepare(sql).run(...values.map(toSqlite)).changes);
    } catch (error) {
      throw namedSqliteError(error);
    }
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    if (this.#statements.size >= MAX_STATEMENTS) this.#statements.clear();
    this.#statements.set(sql, statement);
    return statement;
  }
}

/**
 * Whole numbers as SQL integers: a JavaScript number is bound as a float, which would make `? / 2`
 * a division with a fraction here and one without in PostgreSQL.
 */
function toSqlite(value: SqlValue): string | number | bigint | null {
  return typeof value === "number" && Number.isSafeInteger(value) ? BigInt(value) : value;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
