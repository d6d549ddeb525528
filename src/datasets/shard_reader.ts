/**
 * Reads items out of shards. Who goes through a data set in order, as packing does, asks for
 * thousands of small ranges one after the other: those are answered from blocks that are read
 * ahead. Who jumps about gets exactly the bytes that were asked for.
 *
 * @module
 */
import { NotFoundError } from "../errors.ts";
import type { BlobStore } from "../stores/blobs.ts";
import { shardKey } from "./dataset_blobs.ts";
import type { ShardPlace } from "./shard_writer.ts";

/** What {@linkcode ShardReader} takes. */
export interface ShardReaderOptions {
  /** Bytes that are read ahead. @default {2097152} */
  blockBytes?: number;
  /** Blocks kept; requests in flight are a little out of order, so one is too few. @default {4} */
  blocks?: number;
}

/** Bytes of a shard that are there, or on their way. */
interface Block {
  shard: number;
  start: number;
  end: number;
  bytes: Promise<Uint8Array>;
}

/** Reads ranges of the shards of one data set. */
export class ShardReader {
  readonly #blobs: BlobStore;
  readonly #id: string;
  readonly #blockBytes: number;
  readonly #maxBlocks: number;
  #blocks: Block[] = [];
  readonly #sizes = new Map<number, Promise<number>>();
  /** Where the last request ended. */
  #last = { shard: 0, end: 0 };

  constructor(blobs: BlobStore, id: string, options: ShardReaderOptions = {}) {
    this.#blobs = blobs;
    this.#id = id;
    this.#blockBytes = options.blockBytes ?? 2 * 2 ** 20;
    this.#maxBlocks = options.blocks ?? 4;
  }

  /** An item's bytes, the caller's own. @throws {NotFoundError} @throws {CorruptError} */
  async read(place: ShardPlace): Promise<Uint8Array<ArrayBuffer>> {
    const { shard, offset, length } = place;
    const ahead = this.#isNext(place);
    this.#last = { shard, end: offset + length };
    const block = this.#find(place) ?? (ahead ? this.#readAhead(place) : undefined);
    if (block === undefined) {
      return await this.#blobs.getRange(shardKey(this.#id, shard), offset, length);
    }
    const bytes = await block.bytes;
    return bytes.slice(offset - block.start, offset - block.start + length);
  }

  /** Whether a request goes on, perhaps with a gap, where the last one ended. */
  #isNext({ shard, offset, length }: ShardPlace): boolean {
    if (length > this.#blockBytes) return false;
    const { shard: lastShard, end } = this.#last;
    if (shard === lastShard + 1) return offset < this.#blockBytes;
    return shard === lastShard && offset >= end && offset - end < this.#blockBytes;
  }

  #find({ shard, offset, length }: ShardPlace): Block | undefined {
    return this.#blocks.find((block) =>
      block.shard === shard && block.start <= offset && offset + length <= block.end
    );
  }

  /** A block that begins with the place. Made at once, so that the next request finds it. */
  #readAhead({ shard, offset, length }: ShardPlace): Block {
    const end = offset + Math.max(length, this.#blockBytes);
    const bytes = this.#load({ shard, offset, length }, end);
    const block: Block = { shard, start: offset, end, bytes };
    // A failed block is asked for again by the next request.
    block.bytes.catch(() => this.#blocks = this.#blocks.filter((other) => other !== block));
    this.#blocks = [...this.#blocks, block].slice(-this.#maxBlocks);
    return block;
  }

  /** From the place to `end` or the shard's end. */
  async #load(place: ShardPlace, end: number): Promise<Uint8Array> {
    const { shard, offset, length } = place;
    const key = shardKey(this.#id, shard);
    let size = this.#sizes.get(shard);
    if (size === undefined) {
      size = this.#blobs.size(key).then((bytes) => {
        if (bytes === undefined) throw new NotFoundError(`Cannot read the shard: no ${key}`);
        return bytes;
      });
      this.#sizes.set(shard, size);
      size.catch(() => this.#sizes.delete(shard));
    }
    // Never less than the place: the store says so if the shard is too short for it.
    const available = Math.min(end, await size) - offset;
    return await this.#blobs.getRange(key, offset, Math.max(length, available));
  }
}
