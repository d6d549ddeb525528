/**
 * Writes originals into tar archives of some 64 MiB: few files however many items there are, read
 * in order at disk speed, and open to everybody's `tar`.
 *
 * @module
 */
import type { BlobStore } from "../stores/blobs.ts";
import { shardKey } from "./dataset_blobs.ts";
import { TAR_BLOCK, tarHeader, tarPadding } from "./tar_header.ts";

/** Where an item's bytes are. */
export interface ShardPlace {
  shard: number;
  offset: number;
  length: number;
}

/** A shard is closed before it grows beyond this, unless a single item is larger. */
const SHARD_BYTES = 64 * 2 ** 20;
/** Bytes that are handed to the blob store at once: small items are not worth a write each. */
const CHUNK_BYTES = 2 ** 20;

/** A shard that is being written. */
interface OpenShard {
  number: number;
  size: number;
  writer: WritableStreamDefaultWriter<Uint8Array>;
  stored: Promise<number>;
}

/** Writes the shards of one data set, one after the other. */
export class ShardWriter {
  readonly #blobs: BlobStore;
  readonly #id: string;
  readonly #shardBytes: number;
  #open: OpenShard | undefined;
  #count = 0;
  /** What was not handed on yet. */
  #chunk = new Uint8Array(CHUNK_BYTES);
  #filled = 0;

  constructor(blobs: BlobStore, id: string, shardBytes: number = SHARD_BYTES) {
    this.#blobs = blobs;
    this.#id = id;
    this.#shardBytes = shardBytes;
  }

  /** Adds an item under a name that is unique and plain, such as `00000012.jpg`. */
  async add(name: string, bytes: Uint8Array): Promise<ShardPlace> {
    const padding = tarPadding(bytes.length);
    const size = TAR_BLOCK + bytes.length + padding;
    if (this.#open !== undefined && this.#open.size + size > this.#shardBytes) await this.close();
    const open = this.#open ??= this.#begin();
    const place = { shard: open.number, offset: open.size + TAR_BLOCK, length: bytes.length };
    await this.#write(tarHeader(name, bytes.length));
    await this.#write(bytes);
    await this.#write(new Uint8Array(padding));
    open.size += size;
    return place;
  }

  /** Ends the last shard; it is stored when this returns. */
  async close(): Promise<void> {
    if (this.#open === undefined) return;
    // Two blocks of zeros end a tar archive.
    await this.#write(new Uint8Array(2 * TAR_BLOCK));
    await this.#flush();
    const { writer, stored } = this.#open;
    this.#open = undefined;
    await writer.close();
    await stored;
  }

  /** Gives the last shard up: nothing of it is stored. Those before it stay. */
  async abort(reason: unknown): Promise<void> {
    if (this.#open === undefined) return;
    const { writer, stored } = this.#open;
    this.#open = undefined;
    await writer.abort(reason).catch(() => {});
    await stored.catch(() => {});
  }

  #begin(): OpenShard {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const number = this.#count++;
    const stored = this.#blobs.put(shardKey(this.#id, number), readable);
    // A failure is thrown by the next write or by close, whoever comes first.
    stored.catch(() => {});
    writer.closed.catch(() => {});
    return { number, size: 0, writer, stored };
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let from = 0; from < bytes.length;) {
      const part = bytes.subarray(from, from + CHUNK_BYTES - this.#filled);
      this.#chunk.set(part, this.#filled);
      this.#filled += part.length;
      from += part.length;
      if (this.#filled === CHUNK_BYTES) await this.#flush();
    }
  }

  async #flush(): Promise<void> {
    const chunk = this.#chunk.subarray(0, this.#filled);
    // The stream keeps the chunk until it is stored.
    this.#chunk = new Uint8Array(CHUNK_BYTES);
    this.#filled = 0;
    const open = this.#open!;
    try {
      await open.writer.write(chunk);
    } catch (error) {
      // The store's own error says more than the stream's.
      await open.stored;
      throw error;
    }
  }
}
