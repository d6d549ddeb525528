/**
 * SQLite with sqlite-vec as the vector store: one file, a virtual table a space.
 *
 * A search looks at every vector, in the thread that asks: it belongs into a worker. Distances are
 * Euclidean, which sqlite-vec computes with SIMD: of vectors of length 1 they give the cosine as
 * 1 - d²/2.
 *
 * @module
 */
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import * as sqliteVec from "sqlite-vec";
import { ConflictError, InternalError, InvalidError, NotFoundError } from "../errors.ts";
import { Metadata } from "../schemas/collection.ts";
import { parseColumn, readStored } from "./json_column.ts";
import { namedSqliteError } from "./named_sqlite_error.ts";
import { sqliteFilter } from "./sqlite_filter.ts";
import type {
  AllVectors,
  Neighbour,
  SearchOptions,
  StoredItem,
  VectorItem,
  VectorStore,
} from "./vector_store.ts";

type Row = Record<string, unknown>;

/** What SQLite maps at most, bytes; the rest is read as usual. */
const MAPPED_BYTES = 0x7fff0000;

const PRAGMAS = [
  "journal_mode = WAL",
  "synchronous = FULL",
  "foreign_keys = ON",
  // A search goes through every vector. Mapped into memory, pages cost no system call each, which
  // takes half the time; they are the system's cache, not ours, and can be given up at any moment.
  `mmap_size = ${MAPPED_BYTES}`,
];

const COLUMNS = "id, label, name, metadata, blob";

const SCHEMA = [
  `CREATE TABLE IF NOT EXISTS spaces (name TEXT PRIMARY KEY, dimensions INTEGER NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS items (
    key INTEGER PRIMARY KEY,
    space TEXT NOT NULL REFERENCES spaces (name),
    id TEXT NOT NULL,
    label TEXT,
    name TEXT,
    metadata TEXT NOT NULL,
    blob TEXT,
    UNIQUE (space, id)
  )`,
  `CREATE INDEX IF NOT EXISTS items_by_label ON items (space, label)`,
];

/** Vectors in one file. */
export class SqliteVectors implements VectorStore {
  readonly #database: DatabaseSync;

  private constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Opens the file, or makes it; `:memory:` is one of its own. @throws {UnavailableError} */
  static open(path: string): SqliteVectors {
    try {
      const database = new DatabaseSync(path, { allowExtension: true, timeout: 5000 });
      sqliteVec.load(database);
      for (const pragma of PRAGMAS) database.prepare(`PRAGMA ${pragma}`).all();
      for (const statement of SCHEMA) database.exec(statement);
      return new SqliteVectors(database);
    } catch (error) {
      throw namedSqliteError(error);
    }
  }

  async create(space: string, dimensions: number): Promise<void> {
    if (!/^[a-z0-9]{1,64}$/i.test(space)) {
      throw new InternalError(`Cannot make a space: its name is none, ${space}`);
    }
    await this.#whole(() => {
      const known = this.#rows(`SELECT dimensions FROM spaces WHERE name = ?`, space)[0];
      if (known === undefined) {
        this.#rows(`INSERT INTO spaces (name, dimensions) VALUES (?, ?)`, space, dimensions);
        this.#database.exec(
          `CREATE VIRTUAL TABLE ${table(space)} USING vec0(vector float[${Number(dimensions)}])`,
        );
      } else if (known["dimensions"] !== dimensions) {
        throw new ConflictError(
          `Cannot make the space: it is there with ${known["dimensions"]} dimensions, ${space}`,
        );
      }
    });
  }

  async drop(space: string): Promise<void> {
    await this.#whole(() => {
      if (this.#rows(`SELECT name FROM spaces WHERE name = ?`, space).length === 0) return;
      this.#database.exec(`DROP TABLE ${table(space)}`);
      this.#rows(`DELETE FROM items WHERE space = ?`, space);
      this.#rows(`DELETE FROM spaces WHERE name = ?`, space);
    });
  }

  async spaces(): Promise<string[]> {
    return await this.#whole(() =>
      this.#rows(`SELECT name FROM spaces ORDER BY name`).map((row) => row["name"] as string)
    );
  }

  async upsert(space: string, items: readonly VectorItem[]): Promise<StoredItem[]> {
    return await this.#within(space, (dimensions) => {
      for (const { vector } of items) checkLength(vector, dimensions);
      const replaced = this.#delete(space, items.map(({ id }) => id));
      for (const { id, label, name, metadata, blob, vector } of items) {
        const [row] = this.#rows(
          `INSERT INTO items (space, ${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?) RETURNING key`,
          space,
          id,
          label,
          name,
          JSON.stringify(metadata),
          blob,
        );
        this.#rows(
          `INSERT INTO ${table(space)} (rowid, vector) VALUES (?, ?)`,
          BigInt(row!["key"] as number),
          toBytes(vector),
        );
      }
      return replaced;
    });
  }

  async remove(space: string, ids: readonly string[]): Promise<StoredItem[]> {
    return await this.#within(space, () => this.#delete(space, ids));
  }

  async get(space: string, ids: readonly string[]): Promise<VectorItem[]> {
    return await this.#within(space, () =>
      ids.flatMap((id) =>
        this.#rows(
          `SELECT ${COLUMNS}, vector FROM items JOIN ${table(space)} v ON v.rowid = items.key
          WHERE space = ? AND id = ?`,
          space,
          id,
        ).map((row) => ({ ...toItem(row), vector: toVector(row["vector"]) }))
      ));
  }

  async list(space: string, offset: number, limit: number): Promise<StoredItem[]> {
    return await this.#within(space, () =>
      this.#rows(
        `SELECT ${COLUMNS} FROM items WHERE space = ? ORDER BY key LIMIT ? OFFSET ?`,
        space,
        limit,
        offset,
      ).map(toItem));
  }

  async count(space: string): Promise<number> {
    return await this.#within(space, () => {
      const [row] = this.#rows(`SELECT COUNT(*) AS n FROM items WHERE space = ?`, space);
      return row!["n"] as number;
    });
  }

  async search(
    space: string,
    queries: readonly Float32Array<ArrayBuffer>[],
    { k, filter }: SearchOptions,
  ): Promise<Neighbour[][]> {
    return await this.#within(space, (dimensions) => {
      const { sql, values } = sqliteFilter(filter);
      const among = sql === "" ? "" : `AND rowid IN (SELECT key FROM items WHERE space = ?${sql})`;
      return queries.map((query) => {
        checkLength(query, dimensions);
        return this.#rows(
          `SELECT ${COLUMNS}, distance FROM (
            SELECT rowid, distance FROM ${table(space)} WHERE vector MATCH ? AND k = ? ${among}
          ) near JOIN items ON items.key = near.rowid ORDER BY distance, key`,
          toBytes(query),
          k,
          ...(sql === "" ? [] : [space, ...values]),
        ).map((row) => ({
          item: toItem(row),
          score: Math.max(-1, 1 - (row["distance"] as number) ** 2 / 2),
        }));
      });
    });
  }

  async all(space: string): Promise<AllVectors> {
    return await this.#within(space, (dimensions) => {
      const [row] = this.#rows(`SELECT COUNT(*) AS n FROM items WHERE space = ?`, space);
      const vectors = new Float32Array((row!["n"] as number) * dimensions);
      const places = new Map<number, number>();
      const items = this.#rows(
        `SELECT key, ${COLUMNS} FROM items WHERE space = ? ORDER BY key`,
        space,
      ).map((item, i) => {
        places.set(item["key"] as number, i);
        return toItem(item);
      });
      // Read in the table's own order: a look-up of each by its key would take far longer.
      const scan = this.#database.prepare(`SELECT rowid, vector FROM ${table(space)}`).iterate();
      for (const { rowid, vector } of scan as Iterable<Row>) {
        vectors.set(toVector(vector), places.get(rowid as number)! * dimensions);
      }
      return { items, vectors, dimensions };
    });
  }

  // deno-lint-ignore require-await -- as the contract wants it
  async close(): Promise<void> {
    this.#database.close();
  }

  #delete(space: string, ids: readonly string[]): StoredItem[] {
    const gone: StoredItem[] = [];
    for (const id of ids) {
      const [row] = this.#rows(
        `DELETE FROM items WHERE space = ? AND id = ? RETURNING key, ${COLUMNS}`,
        space,
        id,
      );
      if (row === undefined) continue;
      this.#rows(`DELETE FROM ${table(space)} WHERE rowid = ?`, BigInt(row["key"] as number));
      gone.push(toItem(row));
    }
    return gone;
  }

  /** Runs `work` whole or not at all, if there is such a space. */
  async #within<T>(space: string, work: (dimensions: number) => T): Promise<T> {
    return await this.#whole(() => {
      const [row] = this.#rows(`SELECT dimensions FROM spaces WHERE name = ?`, space);
      if (row === undefined) {
        throw new NotFoundError(`Cannot find the vectors: no such space, ${space}`);
      }
      return work(row["dimensions"] as number);
    });
  }

  // deno-lint-ignore require-await -- so that a fault rejects and never throws at the call
  async #whole<T>(work: () => T): Promise<T> {
    try {
      this.#database.exec("BEGIN");
      const result = work();
      this.#database.exec("COMMIT");
      return result;
    } catch (error) {
      if (this.#database.isOpen && this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw namedSqliteError(error);
    }
  }

  #rows(sql: string, ...values: SQLInputValue[]): Row[] {
    const bound = values.map((x) => typeof x === "number" && Number.isInteger(x) ? BigInt(x) : x);
    return this.#database.prepare(sql).all(...bound);
  }
}

function table(space: string): string {
  return `"vectors_${space}"`;
}

function checkLength(vector: Float32Array, dimensions: number): void {
  if (vector.length === dimensions) return;
  throw new InvalidError(
    `Cannot use the vector: it must have ${dimensions} numbers, it has ${vector.length}`,
  );
}

function toItem(row: Row): StoredItem {
  return {
    id: row["id"] as string,
    label: row["label"] as string | null,
    name: row["name"] as string | null,
    metadata: readStored(Metadata, parseColumn(row["metadata"] as string), "metadata"),
    blob: row["blob"] as string | null,
  };
}

function toBytes(vector: Float32Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
}

function toVector(value: unknown): Float32Array<ArrayBuffer> {
  // A copy: SQLite's bytes need not lie at a multiple of four.
  return new Float32Array((value as Uint8Array).slice().buffer as ArrayBuffer);
}
