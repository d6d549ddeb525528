/**
 * Collections as the routes see them: made from a data set by an `index` job, changed item by item,
 * searched.
 *
 * While a job embeds a collection its items cannot be changed (409): the vectors that answer and
 * those that are to take over stay of the same items.
 *
 * Implements `CollectionService` of `routes/services.ts`.
 *
 * @module
 */
import { ConflictError, NotFoundError } from "../errors.ts";
import type { Collection, CollectionRequest } from "../schemas/collection.ts";
import type { IndexRequest } from "../schemas/index_job.ts";
import type { Job } from "../schemas/job.ts";
import { OPEN_STATES } from "../schemas/job_state.ts";
import type { Model } from "../schemas/model.ts";
import type { Clusters, Duplicates, Filter, Hit } from "../schemas/search.ts";
import type { BlobStore } from "../stores/blobs.ts";
import { collectionBlob, collectionPrefix } from "../stores/collection_blobs.ts";
import type { CollectionRow, CollectionStore, ServingSpace } from "../stores/collection_store.ts";
import type { StoredItem, VectorStore } from "../stores/vector_store.ts";
import { shown } from "./analyse.ts";
import { namedField } from "./named_field.ts";
import { noItem } from "./no_item.ts";
import type { RemoteVectors } from "./remote_vectors.ts";

/** What {@linkcode CollectionService} takes. */
export interface CollectionServiceOptions {
  collections: CollectionStore;
  vectors: VectorStore & Pick<RemoteVectors, "duplicates" | "clusters">;
  blobs: Pick<BlobStore, "put" | "get" | "delete" | "deleteAll">;
  jobs: { submit(request: IndexRequest): Promise<Job>; get(id: string): Promise<Job> };
  datasets: {
    get(idOrName: string): Promise<{ id: string }>;
    frame(id: string, index: number, frame: number): Promise<{ bytes: Uint8Array }>;
  };
  models: { resolve(reference: string): Promise<Model> };
}

/** An item to put in, with its image and its vector of length 1. */
export interface NewItem {
  id: string;
  label: string | null;
  metadata: StoredItem["metadata"];
  image: Uint8Array;
  vector: Float32Array<ArrayBuffer>;
}

/** Searches what was embedded. */
export class CollectionService {
  readonly #options: CollectionServiceOptions;

  constructor(options: CollectionServiceOptions) {
    this.#options = options;
  }

  /**
   * Deletes vectors that no collection points to and no job fills: what a crash or a cancelled job
   * left. Only while no index job begins.
   */
  async sweep(): Promise<void> {
    const { collections, vectors } = this.#options;
    const known = new Set<string>();
    for (const { serving, job } of await collections.list()) {
      if (serving !== null) known.add(serving.space);
      const found = job === null ? undefined : await this.#job(job);
      if (found?.type !== "index" || !OPEN_STATES.includes(found.state)) continue;
      known.add(found.spec.space);
      // After a crash between swap and end it is the one that answered before.
      if (found.spec.from !== null) known.add(found.spec.from);
    }
    for (const space of await vectors.spaces()) {
      if (!known.has(space)) await vectors.drop(space);
    }
  }

  /** Makes a collection and queues its job. @throws {ConflictError} If the name is taken. */
  async create({ name, dataset, model }: CollectionRequest): Promise<Collection> {
    const { collections, datasets, models, jobs } = this.#options;
    const { id } = await namedField("dataset", dataset, () => datasets.get(dataset));
    await namedField("model", model, () => models.resolve(model));
    const createdAt = new Date().toISOString();
    await collections.insert({ name, dataset: id, serving: null, job: null, createdAt });
    try {
      await jobs.submit({ type: "index", collection: name, model });
    } catch (error) {
      await collections.delete(name);
      throw error;
    }
    return await this.get(name);
  }

  /** Queues a job that embeds all items with another model. */
  async reindex(name: string, model: string): Promise<Job> {
    return await this.#options.jobs.submit({ type: "index", collection: name, model });
  }

  /** Newest first. */
  async list(): Promise<Collection[]> {
    const rows = await this.#options.collections.list();
    return await Promise.all(rows.map((row) => this.#describe(row)));
  }

  /** @throws {NotFoundError} */
  async get(name: string): Promise<Collection> {
    return await this.#describe(await this.#options.collections.get(name));
  }

  /** @throws {NotFoundError} @throws {ConflictError} While a job embeds it. */
  async delete(name: string): Promise<void> {
    const { collections, vectors, blobs } = this.#options;
    const row = await collections.get(name);
    await this.#requireNoJob(row, "delete the collection");
    await collections.delete(name);
    // What cannot be deleted now is swept at the next start.
    if (row.serving !== null) await vectors.drop(row.serving.space);
    await blobs.deleteAll(collectionPrefix(name));
  }

  /** What answers for a collection. @throws {ConflictError} If nothing does yet. */
  async serving(name: string): Promise<ServingSpace> {
    const { serving, job } = await this.#options.collections.get(name);
    if (serving !== null) return serving;
    throw new ConflictError(
      `Cannot search the collection: nothing is embedded yet, see job ${job ?? "none"}`,
      { errors: [{ path: "collection", rule: "must have been embedded once", value: name }] },
    );
  }

  /** Items from `offset` in order of their coming. */
  async items(
    name: string,
    offset: number,
    limit: number,
  ): Promise<{ total: number; items: StoredItem[] }> {
    const { vectors } = this.#options;
    const { space } = await this.serving(name);
    const [total, items] = await Promise.all([
      vectors.count(space),
      vectors.list(space, offset, limit),
    ]);
    return { total, items };
  }

  /**
   * Puts items in; one of the same id is replaced.
   *
   * @param space The space of the model that their vectors are of.
   * @returns How many items there are now.
   * @throws {ConflictError} While a job embeds the collection, or if another space answers by now.
   */
  async add(name: string, space: string, items: readonly NewItem[]): Promise<number> {
    const { vectors, blobs } = this.#options;
    return await this.#change(name, "add items", async (serving) => {
      if (serving.space !== space) {
        throw new ConflictError(
          `Cannot add items: the collection was embedded anew meanwhile, try again, ${name}`,
        );
      }
      const stored = items.map(({ image, ...item }) => ({
        image,
        item: { ...item, name: null, blob: crypto.getRandomValues(new Uint8Array(16)).toHex() },
      }));
      // Originals before rows, so that every row has its own.
      for (const { image, item } of stored) {
        await blobs.put(collectionBlob(name, item.blob), image);
      }
      const replaced = await vectors.upsert(space, stored.map(({ item }) => item));
      await this.#deleteBlobs(name, replaced);
      return await vectors.count(space);
    });
  }

  /** Takes an item out. @throws {NotFoundError} @throws {ConflictError} While a job embeds it. */
  async remove(name: string, id: string): Promise<void> {
    const { vectors } = this.#options;
    await this.#change(name, "delete the item", async ({ space }) => {
      const gone = await vectors.remove(space, [id]);
      if (gone.length === 0) throw noItem(id, "id");
      await this.#deleteBlobs(name, gone);
    });
  }

  /** What was embedded of an item: its original, of a clip the first frame. @throws {NotFoundError} */
  async image(name: string, id: string): Promise<Uint8Array> {
    const { collections, vectors, datasets, blobs } = this.#options;
    const { space } = await this.serving(name);
    const [item] = await vectors.get(space, [id]);
    if (item === undefined) throw noItem(id, "item");
    if (item.blob !== null) return await blobs.get(collectionBlob(name, item.blob));
    const { dataset } = await collections.get(name);
    return (await datasets.frame(dataset, Number(id), 0)).bytes;
  }

  /** Hits of each query, best first. @param queries Of length 1, of the space's model. */
  async search(
    space: string,
    queries: readonly Float32Array<ArrayBuffer>[],
    k: number,
    filter?: Filter,
  ): Promise<Hit[][]> {
    const options = { k, ...(filter === undefined ? {} : { filter }) };
    const found = await this.#options.vectors.search(space, queries, options);
    return found.map((hits) => hits.map(({ item, score }) => ({ ...shown(item), score })));
  }

  /** Hits of items of the collection: none is a hit of its own. @throws {NotFoundError} */
  async searchByItems(
    space: string,
    ids: readonly string[],
    k: number,
    filter?: Filter,
  ): Promise<Hit[][]> {
    const items = await this.#options.vectors.get(space, ids);
    const vectors = new Map(items.map(({ id, vector }) => [id, vector]));
    const missing = ids.findIndex((id) => !vectors.has(id));
    if (missing >= 0) throw noItem(ids[missing]!, `items[${missing}]`);
    const found = await this.search(space, ids.map((id) => vectors.get(id)!), k + 1, filter);
    return found.map((hits, i) => hits.filter(({ id }) => id !== ids[i]).slice(0, k));
  }

  /** Groups of items at least that similar. */
  async duplicates(
    name: string,
    threshold: number,
    limit: number,
    signal: AbortSignal,
  ): Promise<Duplicates> {
    const { space } = await this.serving(name);
    return await this.#options.vectors.duplicates({ space, threshold, limit }, signal);
  }

  /** Clusters by k-means. @throws {InvalidError} If `k` is more than there are items. */
  async clusters(
    name: string,
    options: { k: number; seed: number; representatives: number },
    signal: AbortSignal,
  ): Promise<Clusters> {
    const { space } = await this.serving(name);
    return await this.#options.vectors.clusters({ space, ...options }, signal);
  }

  /** Changes items of the space that answers, while no job embeds them. */
  async #change<T>(
    name: string,
    what: string,
    work: (serving: ServingSpace) => Promise<T>,
  ): Promise<T> {
    const { collections } = this.#options;
    return await collections.writing(name, async () => {
      await this.#requireNoJob(await collections.get(name), what);
      return await work(await this.serving(name));
    });
  }

  async #requireNoJob({ name, job }: CollectionRow, what: string): Promise<void> {
    const found = job === null ? undefined : await this.#job(job);
    if (found === undefined || !OPEN_STATES.includes(found.state)) return;
    throw new ConflictError(`Cannot ${what}: job ${found.id} embeds the collection`, {
      errors: [{
        path: "collection",
        rule: "must not have an index job that has not ended; wait for it, or cancel it",
        value: name,
      }],
    });
  }

  async #describe(row: CollectionRow): Promise<Collection> {
    const { serving, name, dataset, job, createdAt } = row;
    return {
      name,
      dataset,
      model: serving?.model ?? null,
      digest: serving?.digest ?? null,
      dimensions: serving?.dimensions ?? null,
      count: serving === null ? 0 : await this.#options.vectors.count(serving.space),
      job,
      jobState: job === null ? null : (await this.#job(job))?.state ?? null,
      createdAt,
    };
  }

  /** Undefined where the process ended before the job was queued. */
  async #job(id: string): Promise<Job | undefined> {
    return await this.#options.jobs.get(id).catch((error) => {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    });
  }

  async #deleteBlobs(name: string, items: readonly StoredItem[]): Promise<void> {
    for (const { blob } of items) {
      if (blob !== null) await this.#options.blobs.delete(collectionBlob(name, blob));
    }
  }
}
