/**
 * Finds items in a manifest by index and by label, with twelve bytes of memory an item: their lines
 * are read when they are asked for.
 *
 * @module
 */
import { NotFoundError } from "../errors.ts";
import type { DatasetItem } from "../schemas/dataset.ts";
import type { BlobStore } from "../stores/blobs.ts";
import { manifestKey } from "./dataset_blobs.ts";
import { parseItem, readManifest } from "./read_manifest.ts";

/** Some items, and how many there are in all. */
export interface ItemPage {
  total: number;
  items: DatasetItem[];
}

/** Lines that are nearer to each other than this are read at once, with what is between them. */
const GAP_BYTES = 64 * 1024;

/** Stands for "no label". */
const UNLABELLED = -1;

/** The index of one data set. */
export class ManifestIndex {
  readonly #blobs: BlobStore;
  readonly #id: string;
  /** Where each line begins; one more for the end of the last. */
  readonly #starts: Float64Array;
  /** Each item's place in `#names`. */
  readonly #labels: Int32Array;
  readonly #names: Map<string, number>;

  private constructor(
    blobs: BlobStore,
    id: string,
    parts: { starts: number[]; labels: number[]; names: Map<string, number> },
  ) {
    this.#blobs = blobs;
    this.#id = id;
    this.#starts = Float64Array.from(parts.starts);
    this.#labels = Int32Array.from(parts.labels);
    this.#names = parts.names;
  }

  /** Reads the manifest once. @throws {NotFoundError} @throws {CorruptError} */
  static async load(blobs: BlobStore, id: string): Promise<ManifestIndex> {
    const starts = [0];
    const labels: number[] = [];
    const names = new Map<string, number>();
    for await (const { item, end } of readManifest(blobs, id)) {
      starts.push(end);
      if (item.label !== null && !names.has(item.label)) names.set(item.label, names.size);
      labels.push(item.label === null ? UNLABELLED : names.get(item.label)!);
    }
    return new ManifestIndex(blobs, id, { starts, labels, names });
  }

  /** How many items there are. */
  get count(): number {
    return this.#labels.length;
  }

  /** Memory that it takes, about. */
  get bytes(): number {
    return this.#starts.byteLength + this.#labels.byteLength + 100 * this.#names.size;
  }

  /** @throws {NotFoundError} If there is no such item. */
  async item(index: number): Promise<DatasetItem> {
    if (!Number.isInteger(index) || index < 0 || index >= this.count) {
      throw new NotFoundError(
        `Cannot find the item: the data set has ${this.count}, no number ${index}`,
      );
    }
    return (await this.#read([index]))[0]!;
  }

  /** Items from `offset`, at most `limit`, in order; of one label, if it is given. */
  async page(page: { offset: number; limit: number; label?: string }): Promise<ItemPage> {
    const { offset, limit } = page;
    if (page.label === undefined) {
      const length = Math.max(0, Math.min(limit, this.count - offset));
      const indices = Array.from({ length }, (_, i) => offset + i);
      return { total: this.count, items: await this.#read(indices) };
    }
    const label = this.#names.get(page.label);
    if (label === undefined) return { total: 0, items: [] };
    const indices: number[] = [];
    let total = 0;
    for (let i = this.#labels.indexOf(label); i >= 0; i = this.#labels.indexOf(label, i + 1)) {
      if (total >= offset && indices.length < limit) indices.push(i);
      total++;
    }
    return { total, items: await this.#read(indices) };
  }

  /** The items of ascending indices. */
  async #read(indices: number[]): Promise<DatasetItem[]> {
    const items: DatasetItem[] = [];
    for (let from = 0; from < indices.length;) {
      let to = from + 1;
      while (to < indices.length && this.#gap(indices[to - 1]!, indices[to]!) <= GAP_BYTES) to++;
      const start = this.#starts[indices[from]!]!;
      const end = this.#starts[indices[to - 1]! + 1]!;
      const bytes = await this.#blobs.getRange(manifestKey(this.#id), start, end - start);
      const decoder = new TextDecoder();
      for (const index of indices.slice(from, to)) {
        const line = bytes.subarray(this.#starts[index]! - start, this.#starts[index + 1]! - start);
        items.push(parseItem(decoder.decode(line), this.#id));
      }
      from = to;
    }
    return items;
  }

  /** Bytes between the lines of two items. */
  #gap(before: number, after: number): number {
    return this.#starts[after]! - this.#starts[before + 1]!;
  }
}
