/**
 * Models and aliases: the registry. A model's weights are blobs under `models/<id>/`, stored before
 * its row is inserted, so that every row has its weights.
 *
 * Implements `ModelService` of `routes/services.ts`.
 *
 * @module
 */
import { ConflictError, InvalidError, NotFoundError } from "../errors.ts";
import type { AliasChange, CanaryReport } from "../schemas/alias.ts";
import { EvaluationReport } from "../schemas/evaluation.ts";
import { Model } from "../schemas/model.ts";
import { Id, Name } from "../schemas/name.ts";
import { aliasChanges, pointAlias, targetOf } from "./alias_history.ts";
import type { BlobStore } from "./blobs.ts";
import type { Database, SqlRow, SqlRunner } from "./database.ts";
import { checkStored, parseColumn, readStored } from "./json_column.ts";
import { addModel, type UnstoredModel } from "./model_blobs.ts";
import { modelFolder, weightsKey } from "./model_keys.ts";

/** A movable name that points to a model. */
export interface Alias {
  name: string;
  /** Id of the model. */
  model: string;
  updatedAt: string;
}

/** Models in the database, their weights in the blob store. */
export class ModelStore {
  readonly #database: Database;
  readonly #blobs: BlobStore;
  /**
   * What references were found to mean since the last change: every request for an embedding asks,
   * and reading and checking a row takes longer than the rest of such a request. No other process
   * writes to the database (`directory_lock.ts`).
   */
  #resolved = new Map<string, Model>();

  constructor(database: Database, blobs: BlobStore) {
    this.#database = database;
    this.#blobs = blobs;
  }

  /** Makes a model known whose weights are stored. @throws {ConflictError} If it is already. */
  async insert(model: Model): Promise<void> {
    const { id, name, digest } = model;
    const body = JSON.stringify(checkStored(Model, model, `model ${id}`));
    await this.#changing(() =>
      this.#database.run(
        `INSERT INTO models (id, position, name, digest, body)
      VALUES (?, (SELECT COALESCE(MAX(position), 0) + 1 FROM models), ?, ?, ?)`,
        id,
        name,
        digest,
        body,
      )
    );
  }

  /** Stores a model that no job made. @param model Of an id that is new. */
  async add(model: UnstoredModel, weights: Uint8Array<ArrayBuffer>): Promise<Model> {
    return await addModel({ blobs: this.#blobs, models: this }, model, weights);
  }

  /** Newest first. */
  async list(): Promise<Model[]> {
    const rows = await this.#database.query(`SELECT id, body FROM models ORDER BY position DESC`);
    return rows.map(toModel);
  }

  /** Every id. */
  async ids(): Promise<Set<string>> {
    const rows = await this.#database.query<{ id: string }>(`SELECT id FROM models`);
    return new Set(rows.map((row) => row.id));
  }

  /**
   * By id, else alias, else digest, else name; the newest where a digest or name has several.
   *
   * @throws {NotFoundError}
   */
  async resolve(reference: string): Promise<Model> {
    const resolved = this.#resolved;
    const known = resolved.get(reference);
    if (known !== undefined) return known;
    const model = await resolve(this.#database, reference);
    // If there was a change meanwhile, this is a map that nobody asks any more.
    resolved.set(reference, model);
    return model;
  }

  /** The newest of that digest, if there is one. */
  async withDigest(digest: string): Promise<Model | undefined> {
    const [row] = await this.#database.query(
      `SELECT id, body FROM models WHERE digest = ? ORDER BY position DESC LIMIT 1`,
      digest,
    );
    return row === undefined ? undefined : toModel(row);
  }

  /** The model's weights, as they were stored. @throws {NotFoundError} */
  async weights(id: string): Promise<Uint8Array<ArrayBuffer>> {
    return await this.#blobs.get(weightsKey(id));
  }

  /**
   * Deletes a model and its weights.
   *
   * @throws {NotFoundError} @throws {ConflictError} While an alias points to it.
   */
  async delete(id: string): Promise<void> {
    await this.#changing(() =>
      this.#database.transaction(async (runner) => {
        const aliases = await runner.query<{ name: string }>(
          `SELECT name FROM aliases WHERE model = ? ORDER BY name`,
          id,
        );
        if (aliases.length > 0) {
          const names = aliases.map((alias) => alias.name).join(", ");
          throw new ConflictError(
            `Cannot delete the model: point its aliases (${names}) to another one first, ${id}`,
          );
        }
        await runner.run(`DELETE FROM model_evaluations WHERE model = ?`, id);
        if (await runner.run(`DELETE FROM models WHERE id = ?`, id) === 0) throw notFound(id);
      })
    );
    // Should this fail, the sweep at the next start finds them without a row.
    await this.#blobs.deleteAll(modelFolder(id));
  }

  /**
   * Keeps what an evaluation found out, beside the model: the model itself never changes. A job that
   * reports again, after a crash, replaces its report.
   *
   * @throws {NotFoundError} If the model has been deleted meanwhile.
   */
  async addEvaluation(model: string, report: EvaluationReport): Promise<void> {
    const what = `evaluation of model ${model}`;
    const body = JSON.stringify(checkStored(EvaluationReport, report, what));
    await this.#database.transaction(async (runner) => {
      const rows = await runner.query(`SELECT id FROM models WHERE id = ?`, model);
      if (rows.length === 0) throw notFound(model);
      await runner.run(
        `INSERT INTO model_evaluations (model, job, position, body)
        VALUES (?, ?, (SELECT COALESCE(MAX(position), 0) + 1 FROM model_evaluations), ?)
        ON CONFLICT (model, job) DO UPDATE SET body = excluded.body`,
        model,
        report.job,
        body,
      );
    });
  }

  /** What evaluations found out about a model, newest first; nothing for a model that is none. */
  async evaluations(model: string): Promise<EvaluationReport[]> {
    const rows = await this.#database.query(
      `SELECT body FROM model_evaluations WHERE model = ? ORDER BY position DESC`,
      model,
    );
    return rows.map(({ body }) =>
      readStored(EvaluationReport, parseColumn(body), `evaluation of model ${model}`)
    );
  }

  /** In order of name. */
  async aliases(): Promise<Alias[]> {
    const rows = await this.#database.query<{ name: string; model: string; updated_at: string }>(
      `SELECT name, model, updated_at FROM aliases ORDER BY name`,
    );
    return rows.map(({ name, model, updated_at }) => ({ name, model, updatedAt: updated_at }));
  }

  /**
   * Points an alias to a model, made if it is new.
   *
   * @param model Anything that {@linkcode resolve} finds.
   * @param judged What a canary found, and the model (id) that it compared with.
   * @throws {InvalidError} For a name that is none, or that looks like an id (it would never be
   * found). @throws {NotFoundError} If there is no such model. @throws {ConflictError} If the alias
   * does not point to the model that was compared with any more.
   */
  async setAlias(
    name: string,
    model: string,
    judged?: { current: string; canary: CanaryReport },
  ): Promise<Alias> {
    const rule = Id.safeParse(name).success
      ? "must not look like an id"
      : Name.safeParse(name).error?.issues[0]?.message;
    if (rule !== undefined) {
      throw new InvalidError(`Cannot set the alias: its name ${rule}, ${name}`, {
        errors: [{ path: "name", rule, value: name }],
      });
    }
    return await this.#changing(() =>
      this.#database.transaction(async (runner) => {
        const { id } = await resolve(runner, model);
        const previous = await targetOf(runner, name);
        if (judged !== undefined && judged.current !== previous) {
          throw new ConflictError(
            `Cannot set the alias: it points to another model than was compared with, ${name}`,
          );
        }
        return await pointAlias(runner, name, id, previous, "set", judged?.canary ?? null);
      })
    );
  }

  /** Runs a change; afterwards every reference is looked up anew. */
  async #changing<T>(change: () => Promise<T>): Promise<T> {
    try {
      return await change();
    } finally {
      this.#resolved = new Map();
    }
  }

  /**
   * Points an alias back to the model it had before its last change.
   *
   * @throws {NotFoundError} If there is no such alias. @throws {ConflictError} If it had none, or
   * that has been deleted.
   */
  async rollbackAlias(name: string): Promise<Alias> {
    return await this.#changing(() =>
      this.#database.transaction(async (runner) => {
        const current = await targetOf(runner, name);
        if (current === null) throw noAlias(name);
        const [last] = await aliasChanges(runner, name, 1);
        const before = last?.previous ?? null;
        if (before === null) {
          throw new ConflictError(`Cannot roll back: no earlier model is on record, ${name}`);
        }
        const rows = await runner.query(`SELECT id FROM models WHERE id = ?`, before);
        if (rows.length === 0) {
          throw new ConflictError(
            `Cannot roll back: the earlier model has been deleted, ${before}`,
          );
        }
        return await pointAlias(runner, name, before, current, "rollback", null);
      })
    );
  }

  /** Changes of an alias, newest first. @throws {NotFoundError} If there is no such alias. */
  async aliasHistory(name: string, limit: number): Promise<AliasChange[]> {
    if (await targetOf(this.#database, name) === null) throw noAlias(name);
    return await aliasChanges(this.#database, name, limit);
  }
}

function noAlias(name: string): NotFoundError {
  return new NotFoundError(`Cannot find the alias: no such name, ${name}`, {
    errors: [{ path: "name", rule: "must be the name of an alias", value: name }],
  });
}

async function resolve(runner: SqlRunner, reference: string): Promise<Model> {
  const rows = await runner.query(
    `SELECT id, body, CASE
      WHEN id = ? THEN 0
      WHEN id = (SELECT model FROM aliases WHERE name = ?) THEN 1
      WHEN digest = ? THEN 2
      WHEN name = ? THEN 3
    END AS kind
    FROM models
    WHERE id = ? OR id = (SELECT model FROM aliases WHERE name = ?) OR digest = ? OR name = ?
    ORDER BY kind, position DESC LIMIT 1`,
    ...Array<string>(8).fill(reference),
  );
  if (rows[0] === undefined) throw notFound(reference);
  return toModel(rows[0]);
}

function notFound(reference: string): NotFoundError {
  return new NotFoundError(
    `Cannot find the model: no such id, alias, digest or name, ${reference}`,
  );
}

function toModel(row: SqlRow): Model {
  return readStored(Model, parseColumn(row.body), `model ${row.id}`);
}
