/**
 * Rows of collections: which space of vectors answers for each, of which model. The vectors
 * themselves are in the vector store, the originals of added items in the blob store.
 *
 * @module
 */
import { ConflictError, NotFoundError } from "../errors.ts";
import type { Database, SqlRow } from "./database.ts";

/** What answers for a collection. */
export interface ServingSpace {
  space: string;
  /** Id of the model. */
  model: string;
  digest: string;
  dimensions: number;
}

/** A row. */
export interface CollectionRow {
  name: string;
  /** Id of the data set. */
  dataset: string;
  /** Null until the first job is done. */
  serving: ServingSpace | null;
  /** Id of the last index job. */
  job: string | null;
  createdAt: string;
}

/** Collections in the database. */
export class CollectionStore {
  readonly #database: Database;
  /** Writes to items that are under way, by collection; one process has the database. */
  readonly #writes = new Map<string, Set<Promise<unknown>>>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** @throws {ConflictError} If the name is taken. */
  async insert({ name, dataset, createdAt }: CollectionRow): Promise<void> {
    await this.#database.transaction(async (runner) => {
      const taken = await runner.query(`SELECT name FROM collections WHERE name = ?`, name);
      if (taken.length > 0) {
        throw new ConflictError(`Cannot make the collection: the name is taken, ${name}`, {
          errors: [{ path: "name", rule: "must not be the name of another one", value: name }],
        });
      }
      await runner.run(
        `INSERT INTO collections (name, position, dataset, created_at)
        VALUES (?, (SELECT COALESCE(MAX(position), 0) + 1 FROM collections), ?, ?)`,
        name,
        dataset,
        createdAt,
      );
    });
  }

  /** @throws {NotFoundError} */
  async get(name: string): Promise<CollectionRow> {
    const rows = await this.#database.query(`SELECT * FROM collections WHERE name = ?`, name);
    if (rows[0] === undefined) {
      throw new NotFoundError(`Cannot find the collection: no such name, ${name}`, {
        errors: [{ path: "collection", rule: "must be the name of a collection", value: name }],
      });
    }
    return toCollection(rows[0]);
  }

  /** Newest first. */
  async list(): Promise<CollectionRow[]> {
    const rows = await this.#database.query(`SELECT * FROM collections ORDER BY position DESC`);
    return rows.map(toCollection);
  }

  /** @returns False where there was none. */
  async delete(name: string): Promise<boolean> {
    return await this.#database.run(`DELETE FROM collections WHERE name = ?`, name) > 0;
  }

  /**
   * Gives a collection its next job.
   *
   * @param before The job it must have until now. @throws {ConflictError} If it has another.
   */
  async claim(name: string, before: string | null, job: string): Promise<void> {
    const changed = await this.#database.run(
      `UPDATE collections SET job = ? WHERE name = ? AND COALESCE(job, '') = ?`,
      job,
      name,
      before ?? "",
    );
    if (changed > 0) return;
    throw new ConflictError(`Cannot embed the collection: another job has just begun to, ${name}`);
  }

  /**
   * Lets another space answer from now on.
   *
   * @param job The collection's job.
   * @returns The space that answered until now, if it is another.
   * @throws {NotFoundError} @throws {ConflictError} If the collection has another job by now.
   */
  async swap(name: string, job: string, next: ServingSpace): Promise<string | null> {
    const { serving } = await this.get(name);
    const changed = await this.#database.run(
      `UPDATE collections SET space = ?, model = ?, digest = ?, dimensions = ?
      WHERE name = ? AND job = ?`,
      next.space,
      next.model,
      next.digest,
      next.dimensions,
      name,
      job,
    );
    if (changed === 0) {
      throw new ConflictError(`Cannot use the vectors: the collection has another job, ${name}`);
    }
    return serving === null || serving.space === next.space ? null : serving.space;
  }

  /** The names of collections whose items are of that data set. */
  async ofDataset(id: string): Promise<string[]> {
    const rows = await this.#database.query<{ name: string }>(
      `SELECT name FROM collections WHERE dataset = ? ORDER BY position`,
      id,
    );
    return rows.map(({ name }) => name);
  }

  /** The names of collections that the model answers for. */
  async ofModel(id: string): Promise<string[]> {
    const rows = await this.#database.query<{ name: string }>(
      `SELECT name FROM collections WHERE model = ? ORDER BY position`,
      id,
    );
    return rows.map(({ name }) => name);
  }

  /** Changes items of a collection; {@linkcode settled} waits for it. */
  async writing<T>(name: string, work: () => Promise<T>): Promise<T> {
    const writes = this.#writes.get(name) ?? new Set();
    this.#writes.set(name, writes);
    const write = work();
    writes.add(write);
    try {
      return await write;
    } finally {
      writes.delete(write);
      if (writes.size === 0) this.#writes.delete(name);
    }
  }

  /** Waits for the changes to a collection's items that are under way. */
  async settled(name: string): Promise<void> {
    await Promise.allSettled(this.#writes.get(name) ?? []);
  }
}

function toCollection(row: SqlRow): CollectionRow {
  const serving = row.space === null ? null : {
    space: row.space as string,
    model: row.model as string,
    digest: row.digest as string,
    dimensions: row.dimensions as number,
  };
  return {
    name: row.name as string,
    dataset: row.dataset as string,
    serving,
    job: row.job as string | null,
    createdAt: row.created_at as string,
  };
}
