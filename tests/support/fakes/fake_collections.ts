/** Collections in memory, embedded as soon as they are made; one item each to begin with. @module */
import { ConflictError, InvalidError, NotFoundError } from "../../../src/errors.ts";
import type { Collection, CollectionRequest } from "../../../src/schemas/collection.ts";
import type { Filter, Hit } from "../../../src/schemas/search.ts";
import type { Job } from "../../../src/schemas/job.ts";
import { newId } from "../../../src/schemas/name.ts";
import type { CollectionService, DatasetService, ModelService } from "../../../routes/services.ts";

type Item = Omit<Hit, "score"> & { vector: Float32Array<ArrayBuffer> };
interface Entry {
  collection: Collection;
  space: string;
  items: Item[];
}

/** Keeps collections. */
export class FakeCollections implements CollectionService {
  readonly #datasets: DatasetService;
  readonly #models: ModelService;
  readonly #entries = new Map<string, Entry>();
  /** The filter of the last search. */
  lastFilter: Filter | undefined;
  /** Called at the next search, before the space is looked up. */
  beforeSearch: (() => void) | null = null;

  constructor(datasets: DatasetService, models: ModelService) {
    this.#datasets = datasets;
    this.#models = models;
  }

  async create({ name, dataset, model }: CollectionRequest): Promise<Collection> {
    const { id } = await this.#datasets.get(dataset);
    const found = await this.#models.resolve(model);
    if (this.#entries.has(name)) {
      throw new ConflictError(`Cannot make the collection: the name is taken, ${name}`);
    }
    const collection: Collection = {
      name,
      dataset: id,
      model: found.id,
      digest: found.digest,
      dimensions: found.spec.dimensions,
      count: 1,
      job: newId("job"),
      // There is no such job.
      jobState: null,
      createdAt: new Date(0).toISOString(),
    };
    const vector = Float32Array.of(1, 0, 0, 0);
    const items = [{ id: "0", label: "cat", name: "cat/0.png", metadata: {}, vector }];
    this.#entries.set(name, { collection, items, space: "0" });
    return collection;
  }

  /** Lets another space, of the same items, answer. */
  swap(name: string): void {
    const entry = this.#entries.get(name)!;
    entry.space = String(Number(entry.space) + 1);
  }

  async reindex(name: string, model: string): Promise<Job> {
    const { collection, space, items } = this.#get(name);
    const found = await this.#models.resolve(model);
    return {
      id: newId("job"),
      type: "index",
      state: "queued",
      spec: {
        type: "index",
        collection: name,
        dataset: collection.dataset,
        model: found.id,
        modelName: found.name,
        modelDigest: found.digest,
        dimensions: items[0]?.vector.length ?? 4,
        space: "1",
        from: space,
      },
      attempt: 0,
      progress: null,
      error: null,
      model: null,
      createdAt: new Date(0).toISOString(),
      startedAt: null,
      finishedAt: null,
    };
  }

  list(): Promise<Collection[]> {
    return Promise.resolve([...this.#entries.values()].map(({ collection }) => collection));
  }

  // deno-lint-ignore require-await
  async get(name: string): Promise<Collection> {
    return this.#get(name).collection;
  }

  // deno-lint-ignore require-await
  async delete(name: string): Promise<void> {
    this.#get(name);
    this.#entries.delete(name);
  }

  // deno-lint-ignore require-await
  async serving(name: string) {
    const { space, collection: { model, digest, dimensions } } = this.#get(name);
    return { space, model: model!, digest: digest!, dimensions: dimensions! };
  }

  // deno-lint-ignore require-await
  async items(name: string, offset: number, limit: number) {
    const { items } = this.#get(name);
    return { total: items.length, items: items.slice(offset, offset + limit) };
  }

  // deno-lint-ignore require-await
  async add(name: string, _: string, items: Parameters<CollectionService["add"]>[2]) {
    const entry = this.#get(name);
    entry.items.push(...items.map((item) => ({ ...item, name: null })));
    return entry.items.length;
  }

  // deno-lint-ignore require-await
  async remove(name: string, id: string): Promise<void> {
    const entry = this.#get(name);
    const at = entry.items.findIndex((item) => item.id === id);
    if (at < 0) throw new NotFoundError(`Cannot find the item: no such id, ${id}`);
    entry.items.splice(at, 1);
  }

  async image(name: string, id: string): Promise<Uint8Array> {
    const { items, collection } = this.#get(name);
    if (!items.some((item) => item.id === id)) {
      throw new NotFoundError(`Cannot find the item: no such id, ${id}`);
    }
    return (await this.#datasets.frame(collection.dataset, 0, 0)).bytes;
  }

  // deno-lint-ignore require-await
  async search(
    space: string,
    queries: readonly Float32Array<ArrayBuffer>[],
    k: number,
    filter?: Filter,
  ): Promise<Hit[][]> {
    this.lastFilter = filter;
    this.beforeSearch?.();
    this.beforeSearch = null;
    const entry = [...this.#entries.values()].find((found) => found.space === space);
    if (entry === undefined) throw new NotFoundError(`Cannot find the vectors: no space ${space}`);
    return queries.map((query) =>
      entry.items.map(({ vector, id, label, name, metadata }) => ({
        ...{ id, label, name, metadata },
        score: vector.reduce((sum, x, d) => sum + x * query[d]!, 0),
      })).sort((a, b) => b.score - a.score).slice(0, k)
    );
  }

  async searchByItems(space: string, ids: readonly string[], k: number, filter?: Filter) {
    const all = [...this.#entries.values()].flatMap(({ items }) => items);
    const queries = ids.map((id) => all.find((item) => item.id === id)?.vector);
    if (queries.includes(undefined)) throw new NotFoundError("Cannot find the item: no such id");
    return await this.search(space, queries as Float32Array<ArrayBuffer>[], k, filter);
  }

  // deno-lint-ignore require-await
  async duplicates(name: string, threshold: number) {
    this.#get(name);
    return { threshold, groups: [] };
  }

  // deno-lint-ignore require-await
  async clusters(name: string, { k }: { k: number }) {
    const { items } = this.#get(name);
    if (k > items.length) {
      throw new InvalidError("Cannot find clusters: too many", {
        errors: [{ path: "k", rule: `must be at most ${items.length}`, value: k }],
      });
    }
    return { iterations: 1, inertia: 0, clusters: [] };
  }

  #get(name: string): Entry {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw new NotFoundError(`Cannot find the collection: none, ${name}`);
    return entry;
  }
}
