/** Models in memory. @module */
import { ConflictError, NotFoundError } from "../../../src/errors.ts";
import type { AliasChange } from "../../../src/schemas/alias.ts";
import { blockDimensions } from "../../../src/schemas/block_dimensions.ts";
import type { EvaluationReport } from "../../../src/schemas/evaluation.ts";
import type { Model } from "../../../src/schemas/model.ts";
import { newId } from "../../../src/schemas/name.ts";
import { type ObjectiveName, ObjectiveSpec } from "../../../src/schemas/objective.ts";
import type { ServeBlockRequest } from "../../../src/schemas/serve_block.ts";
import type { ModelService } from "../../../routes/services.ts";
import { fakeCard } from "../models.ts";

/** A model with all heads and 4 dimensions. */
export function fakeModel(name: string, objectives: ObjectiveName[]): Model {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return {
    id: newId("model"),
    name,
    digest: bytes.toHex(),
    spec: {
      encoder: { name: "small_conv", width: 4 },
      preprocessing: { size: 32, channels: 3, mean: 0.5, standardDeviation: 0.25 },
      dimensions: 4,
      objectives: objectives.map((objective) => ObjectiveSpec.parse({ name: objective })),
    },
    card: fakeCard(),
    bytes: 1,
    job: null,
    createdAt: "2026-01-01T00:00:00.000Z",
  };
}

/** Keeps models and aliases. */
export class FakeModels implements ModelService {
  readonly #models: Model[] = [];
  readonly #aliases = new Map<string, { name: string; model: string; updatedAt: string }>();

  add(model: Model): Model {
    this.#models.unshift(model);
    return model;
  }

  list(): Promise<Model[]> {
    return Promise.resolve([...this.#models]);
  }

  resolve(reference: string): Promise<Model> {
    const id = this.#aliases.get(reference)?.model ?? reference;
    const found = this.#models.find((model) => [model.id, model.digest, model.name].includes(id));
    return found === undefined
      ? Promise.reject(new NotFoundError(`Cannot find the model: no such one, ${reference}`))
      : Promise.resolve(found);
  }

  /** Set by a test. */
  reports: EvaluationReport[] = [];

  evaluations(): Promise<EvaluationReport[]> {
    return Promise.resolve(this.reports);
  }

  /** What was last sent to be imported. */
  imported: { name: string | undefined; bytes: Uint8Array } | null = null;

  /** An empty file is a model that is there already, any other a new one. */
  async import({ body, name }: Parameters<ModelService["import"]>[0]) {
    const bytes = await new Response(body as ReadableStream<Uint8Array<ArrayBuffer>>).bytes();
    this.imported = { name, bytes };
    const created = bytes.length > 0;
    const model = created ? this.add(fakeModel(name ?? "imported", ["simclr"])) : this.#models[0]!;
    return { model, created };
  }

  async export(reference: string, format: string) {
    const { name } = await this.resolve(reference);
    const bytes = new TextEncoder().encode(`${name} as ${format}`);
    return { name: `${name}.${format}`, mediaType: "application/octet-stream", bytes };
  }

  async serveBlock({ from, block, name }: ServeBlockRequest): Promise<Model> {
    const source = await this.resolve(from);
    const made = fakeModel(name ?? `${source.name}-block${block}`, []);
    const dimensions = blockDimensions(source.spec.encoder)[block]!;
    return this.add({ ...made, spec: { ...source.spec, block, dimensions } });
  }

  async delete(id: string): Promise<void> {
    const model = await this.resolve(id);
    if ([...this.#aliases.values()].some((alias) => alias.model === model.id)) {
      throw new ConflictError(`Cannot delete the model: an alias points to it, ${id}`);
    }
    this.#models.splice(this.#models.indexOf(model), 1);
  }

  aliases() {
    return Promise.resolve([...this.#aliases.values()]);
  }

  /** Set by a test. */
  changes: AliasChange[] = [];

  async rollbackAlias(name: string) {
    const alias = this.#aliases.get(name);
    if (alias === undefined) throw new NotFoundError(`Cannot find the alias: none, ${name}`);
    return await Promise.resolve(alias);
  }

  async aliasHistory(name: string): Promise<AliasChange[]> {
    await this.rollbackAlias(name);
    return this.changes;
  }

  async setAlias(name: string, reference: string) {
    const { id } = await this.resolve(reference);
    const alias = { name, model: id, updatedAt: "2026-01-01T00:00:00.000Z" };
    this.#aliases.set(name, alias);
    return alias;
  }
}
