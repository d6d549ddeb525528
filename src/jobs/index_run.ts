/**
 * Index run: embeds the items of a collection, batch by batch, into a space of their own.
 *
 * The embedders compute, as they do for everyone: one batch of ours waits in their queue at a time,
 * so requests of people come in between. Each batch is stored whole; a run that was interrupted
 * leaves out what is there already.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import { openDataset } from "../datasets/open_dataset.ts";
import {
  AlikeError,
  fromErrorRecord,
  InvalidError,
  OverloadedError,
  toErrorRecord,
} from "../errors.ts";
import type { IndexJob, JobProgress } from "../schemas/job.ts";
import type { Model } from "../schemas/model.ts";
import type { BlobStore } from "../stores/blobs.ts";
import { collectionBlob } from "../stores/collection_blobs.ts";
import type { CollectionStore } from "../stores/collection_store.ts";
import type { ModelStore } from "../stores/model_store.ts";
import { unitVectors } from "../stores/unit_vectors.ts";
import type { StoredItem, VectorItem, VectorStore } from "../stores/vector_store.ts";
import type { RunEnd } from "./settle_job.ts";

/** Who embeds: `src/serving/embedder_pool.ts`. */
export interface ItemEmbedder {
  embed(
    model: Model,
    images: Uint8Array[],
    options: { signal: AbortSignal },
  ): Promise<{ embeddings: Float32Array; dimensions: number }>;
}

/** What index jobs need. */
export interface Indexing {
  collections: CollectionStore;
  vectors: VectorStore;
  embedder: ItemEmbedder;
}

/** What {@linkcode IndexRun} takes. */
export interface IndexRunOptions extends Indexing {
  job: IndexJob;
  models: Pick<ModelStore, "resolve">;
  blobs: BlobStore;
  listeners: {
    progress(progress: JobProgress): void;
    note(note: { level: "warn"; message: string }): void;
    checkpoint(data: { step: number }): void;
  };
  clock: Clock;
}

/** Images in a batch: few enough to let others in soon, enough to be efficient. */
const BATCH = 32;

/** Bytes after which a batch is full: well below what the embedders' queue takes at all. */
const BATCH_BYTES = 32 * 2 ** 20;

/** Least time between two reports that the job has got on, milliseconds. */
const CHECKPOINT_MS = 10_000;

/** A run that is under way. */
export class IndexRun {
  /** Resolves when it is over. */
  readonly ended: Promise<RunEnd>;
  readonly #options: IndexRunOptions;
  readonly #stop = new AbortController();
  #left = 0;

  constructor(options: IndexRunOptions) {
    this.#options = options;
    this.ended = this.#end();
  }

  /** Has it end: what is embedded so far is stored. */
  stop(): void {
    this.#stop.abort();
  }

  /** The same: a batch that is under way is not worth waiting for. */
  terminate(): void {
    this.#stop.abort();
  }

  async #end(): Promise<RunEnd> {
    try {
      return await this.#run();
    } catch (thrown) {
      if (this.#stop.signal.aborted) return { type: "stopped" };
      const error = thrown instanceof AlikeError ? thrown : fromErrorRecord(toErrorRecord(thrown));
      return { type: error.code === "unavailable" ? "interrupted" : "failed", error };
    }
  }

  async #run(): Promise<RunEnd> {
    const { job: { spec }, collections, vectors, models, clock } = this.#options;
    await collections.settled(spec.collection);
    const model = await models.resolve(spec.model);
    await vectors.create(spec.space, spec.dimensions);
    const { items, read } = await this.#items();
    const there = new Set((await vectors.list(spec.space, 0, items.length)).map(({ id }) => id));
    const open = items.filter(({ id }) => !there.has(id));
    const began = clock.now();
    let told = began;
    for (let start = 0; start < open.length;) {
      this.#progress(items.length, open.length, start, clock.now() - began);
      const images: Uint8Array[] = [];
      let bytes = 0;
      for (const item of open.slice(start, start + BATCH)) {
        const image = await read(item);
        images.push(image);
        bytes += image.length;
        if (bytes >= BATCH_BYTES) break;
      }
      const batch = open.slice(start, start + images.length);
      const embedded = await this.#embed(model, batch, images);
      if (this.#stop.signal.aborted) return { type: "stopped" };
      await vectors.upsert(spec.space, embedded);
      start += batch.length;
      if (clock.now() - told >= CHECKPOINT_MS) {
        told = clock.now();
        this.#options.listeners.checkpoint({ step: there.size + start });
      }
    }
    this.#progress(items.length, open.length, open.length, clock.now() - began);
    const count = await vectors.count(spec.space);
    if (count === 0 && items.length > 0) {
      throw new InvalidError(`Cannot embed the collection: none of its images can be embedded`);
    }
    return { type: "indexed" };
  }

  /** What there is to embed, in order, and how the original of each is read. */
  async #items(): Promise<
    { items: StoredItem[]; read: (item: StoredItem) => Promise<Uint8Array> }
  > {
    const { job: { spec }, vectors, blobs } = this.#options;
    const dataset = await openDataset(blobs, spec.dataset);
    const read = async ({ id, blob }: StoredItem) =>
      blob === null
        ? (await dataset.read(Number(id))).bytes
        : await blobs.get(collectionBlob(spec.collection, blob));
    if (spec.from !== null) {
      const items = await vectors.list(spec.from, 0, Number.MAX_SAFE_INTEGER);
      return { items, read };
    }
    const indices = Array.from({ length: dataset.count }, (_, i) => i);
    const names = await dataset.names?.(indices);
    const items = indices.map((i) => ({
      id: String(i),
      label: dataset.label(i),
      name: names?.[i] ?? null,
      metadata: {},
      blob: null,
    }));
    return { items, read };
  }

  /** The items with their vectors; those that cannot have one are left out, and said so. */
  async #embed(model: Model, items: StoredItem[], images: Uint8Array[]): Promise<VectorItem[]> {
    const { embedder, clock } = this.#options;
    const { signal } = this.#stop;
    let left = items.map((item, i) => ({ item, image: images[i]! }));
    while (left.length > 0) {
      try {
        const { embeddings, dimensions } = await embedder.embed(
          model,
          left.map(({ image }) => image),
          { signal },
        );
        const units = unitVectors(embeddings, dimensions);
        return left.flatMap(({ item }, i) => {
          const vector = units[i];
          if (vector != null) return [{ ...item, vector }];
          this.#leaveOut(item, "its embedding is all zeros");
          return [];
        });
      } catch (error) {
        if (error instanceof OverloadedError) {
          await wait(error.retryAfterSeconds * 1000, clock, signal);
          continue;
        }
        const faults = error instanceof InvalidError ? faultsByPlace(error) : new Map();
        if (faults.size === 0) throw error;
        left = left.filter(({ item }, i) => {
          if (faults.has(i)) this.#leaveOut(item, faults.get(i)!);
          return !faults.has(i);
        });
      }
    }
    return [];
  }

  #leaveOut({ id, name }: StoredItem, why: string): void {
    this.#left++;
    const message = `left out: item ${id}${name === null ? "" : ` (${name})`}, ${why}`;
    this.#options.listeners.note({ level: "warn", message });
  }

  #progress(total: number, open: number, done: number, ms: number): void {
    const fraction = total === 0 ? 1 : (total - open + done) / total;
    const perSecond = ms > 0 ? done / ms * 1000 : 0;
    this.#options.listeners.progress({
      phase: "embedding",
      step: total - open + done,
      totalSteps: total,
      epoch: fraction,
      fraction,
      secondsLeft: perSecond > 0 ? (open - done) / perSecond : null,
      viewsPerSecond: perSecond,
      learningRate: 0,
      metrics: { leftOut: this.#left },
    });
  }
}

/** What is wrong with the images, by their place; empty if something else is wrong. */
function faultsByPlace({ errors }: InvalidError): Map<number, string> {
  const faults = new Map<number, string>();
  for (const { path, rule } of errors) {
    const place = /^input\[(\d+)\]$/.exec(path)?.[1];
    if (place !== undefined) faults.set(Number(place), rule);
  }
  return faults;
}

async function wait(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = clock.schedule(ms, resolve);
  signal.addEventListener("abort", () => resolve(), { once: true });
  await promise;
  cancel();
  signal.throwIfAborted();
}
