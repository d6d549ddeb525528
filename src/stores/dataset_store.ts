/** Rows of data sets. Their items are blobs, see `src/datasets/`. @module */
import { ConflictError, NotFoundError } from "../errors.ts";
import { Dataset } from "../schemas/dataset.ts";
import type { Database, SqlRow } from "./database.ts";
import { checkStored, parseColumn, readStored } from "./json_column.ts";

/** Data sets in the database. */
export class DatasetStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** @throws {ConflictError} If the name is taken. */
  async insert(dataset: Dataset): Promise<void> {
    const { id, name } = dataset;
    const body = JSON.stringify(checkStored(Dataset, dataset, `data set ${id}`));
    await this.#database.transaction(async (runner) => {
      const taken = await runner.query(`SELECT id FROM datasets WHERE name = ?`, name);
      if (taken.length > 0) throw nameTaken(name);
      await runner.run(
        `INSERT INTO datasets (id, position, name, body)
        VALUES (?, (SELECT COALESCE(MAX(position), 0) + 1 FROM datasets), ?, ?)`,
        id,
        name,
        body,
      );
    });
  }

  /** By id or name. @throws {NotFoundError} */
  async get(idOrName: string): Promise<Dataset> {
    const rows = await this.#database.query(
      `SELECT id, body FROM datasets WHERE id = ? OR name = ?
      ORDER BY CASE WHEN id = ? THEN 0 ELSE 1 END`,
      idOrName,
      idOrName,
      idOrName,
    );
    if (rows[0] === undefined) {
      throw new NotFoundError(`Cannot find the data set: no such id or name, ${idOrName}`);
    }
    return toDataset(rows[0]);
  }

  /** @throws {ConflictError} If there is a data set of that name. */
  async checkNameIsFree(name: string): Promise<void> {
    const rows = await this.#database.query(`SELECT id FROM datasets WHERE name = ?`, name);
    if (rows.length > 0) throw nameTaken(name);
  }

  /** Newest first. */
  async list(): Promise<Dataset[]> {
    const rows = await this.#database.query(
      `SELECT id, body FROM datasets ORDER BY position DESC`,
    );
    return rows.map(toDataset);
  }

  /** Every id. */
  async ids(): Promise<Set<string>> {
    const rows = await this.#database.query<{ id: string }>(`SELECT id FROM datasets`);
    return new Set(rows.map((row) => row.id));
  }

  /** @returns False where there was none. */
  async delete(id: string): Promise<boolean> {
    return await this.#database.run(`DELETE FROM datasets WHERE id = ?`, id) > 0;
  }
}

function nameTaken(name: string): ConflictError {
  return new ConflictError(`Cannot make the data set: the name is taken, ${name}`, {
    errors: [{ path: "name", rule: "must not be the name of another data set", value: name }],
  });
}

function toDataset(row: SqlRow): Dataset {
  return readStored(Dataset, parseColumn(row.body), `data set ${row.id}`);
}
