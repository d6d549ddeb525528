/**
 * Opens a data set for reading, in the process or worker that needs its originals.
 *
 * @module
 */
import type { ItemSource } from "../data/item_source.ts";
import { CorruptError, NotFoundError } from "../errors.ts";
import type { BlobStore } from "../stores/blobs.ts";
import { contentDigest, DatasetDigest } from "./dataset_digest.ts";
import { readManifest } from "./read_manifest.ts";
import { ShardReader, type ShardReaderOptions } from "./shard_reader.ts";

/** What is kept of the items: some seventy bytes each, however long their names. */
class Items {
  readonly labels: number[] = [];
  readonly mediaTypes: number[] = [];
  readonly shards: number[] = [];
  readonly offsets: number[] = [];
  readonly lengths: number[] = [];
  /** 32 bytes an item. */
  digests = new Uint8Array(32 * 1024);

  addDigest(index: number, hex: string): void {
    if (this.digests.length < 32 * (index + 1)) {
      const grown = new Uint8Array(2 * this.digests.length);
      grown.set(this.digests);
      this.digests = grown;
    }
    this.digests.set(Uint8Array.fromHex(hex), 32 * index);
  }

  digest(index: number): string {
    return this.digests.subarray(32 * index, 32 * index + 32).toHex();
  }
}

/** Numbers strings in the order they come. */
class Names {
  readonly all: string[] = [];
  readonly #places = new Map<string, number>();

  place(name: string): number {
    const known = this.#places.get(name);
    if (known !== undefined) return known;
    this.#places.set(name, this.all.length);
    return this.all.push(name) - 1;
  }
}

/**
 * Reads the manifest once; the originals stay where they are until they are asked for. Reading them
 * in order is fast, see `shard_reader.ts`.
 *
 * @returns The items. `read` throws {@linkcode CorruptError} if the bytes are not those that were
 * imported, and {@linkcode NotFoundError} for an index that there is not.
 * @throws {NotFoundError} If there is no such data set. @throws {CorruptError} If its manifest is
 * damaged.
 */
export async function openDataset(
  blobs: BlobStore,
  id: string,
  options: ShardReaderOptions = {},
): Promise<ItemSource> {
  const items = new Items();
  const labels = new Names();
  const mediaTypes = new Names();
  const digest = new DatasetDigest();
  for await (const { item } of readManifest(blobs, id)) {
    digest.add(item);
    items.labels.push(item.label === null ? -1 : labels.place(item.label));
    items.mediaTypes.push(mediaTypes.place(item.mediaType));
    items.shards.push(item.shard);
    items.offsets.push(item.offset);
    items.lengths.push(item.length);
    items.addDigest(item.index, item.digest);
  }
  const count = items.shards.length;
  const check = (index: number) => {
    if (Number.isInteger(index) && index >= 0 && index < count) return;
    throw new NotFoundError(`Cannot find the item: the data set has ${count}, no number ${index}`);
  };
  const shards = new ShardReader(blobs, id, options);
  return {
    count,
    digest: digest.finish(),
    label(index) {
      check(index);
      return labels.all[items.labels[index]!] ?? null;
    },
    itemDigest(index) {
      check(index);
      return items.digest(index);
    },
    async names(indices) {
      indices.forEach(check);
      // They are rarely asked for, so they are not kept.
      const wanted = new Set(indices);
      const found = new Map<number, string>();
      for await (const { item } of readManifest(blobs, id)) {
        if (wanted.has(item.index)) found.set(item.index, item.name);
      }
      return indices.map((index) => found.get(index)!);
    },
    async read(index) {
      check(index);
      const bytes = await shards.read({
        shard: items.shards[index]!,
        offset: items.offsets[index]!,
        length: items.lengths[index]!,
      });
      if (contentDigest(bytes) !== items.digest(index)) {
        throw new CorruptError(
          `Cannot read the item: its bytes are not those that were imported, ${id} item ${index}`,
        );
      }
      return { bytes, mediaType: mediaTypes.all[items.mediaTypes[index]!]! };
    },
  };
}
