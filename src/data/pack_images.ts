/**
 * Loader: decodes the items of a data set once, so that an epoch costs only a gather.
 *
 * @module
 */
import {
  type AlikeError,
  CancelledError,
  CorruptError,
  fromErrorRecord,
  InvalidError,
  toErrorRecord,
  TooLargeError,
  UnsupportedError,
} from "../errors.ts";
import { decodeFrames } from "../images/decode_frames.ts";
import { decodeImage, type DecodeOptions } from "../images/decode_image.ts";
import { PIXEL_MEMORY_BYTES } from "../schemas/pixel_memory.ts";
import type { ItemSource } from "./item_source.ts";
import { PackedImages, type SkippedItem } from "./packed_images.ts";
import { FilePixels, MemoryPixels, type PixelStore } from "./pixel_store.ts";

/** How a data set is to be loaded. */
export interface PackOptions extends DecodeOptions {
  /** Which items, in this order. @default {all} */
  indices?: Uint32Array;
  /**
   * Items are clips: most frames of each that are kept, spread evenly over it, 2..255.
   *
   * @default {items are images}
   */
  frames?: number | undefined;
  /** How many items are read and decoded at the same time. @default {32} */
  concurrency?: number;
  /** Most bytes of pixels to hold in memory. @default {1.5 GiB} */
  maxBytes?: number;
  /** A folder for a temporary file of pixels that are more than `maxBytes`. */
  spillDirectory?: string;
  /**
   * `skip` leaves out items that cannot be decoded and names them in `skipped`; `throw` fails with
   * the first. @default {"throw"}
   */
  onUndecodable?: "throw" | "skip";
  /** Told after each item. */
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}

/**
 * Decodes items to `size` by `size` pixels: images, or the frames of clips.
 *
 * @returns The images in the order of `indices`; to be closed by the caller.
 * @throws {InvalidError} If an index is none of the source's.
 * @throws {TooLargeError} If they need more than `maxBytes` and there is no `spillDirectory`.
 * @throws {CorruptError | UnsupportedError | TooLargeError} Named by index, if an item cannot be
 * decoded and they are not to be skipped.
 * @throws {CancelledError} If the signal fires.
 */
export async function packImages(source: ItemSource, options: PackOptions): Promise<PackedImages> {
  const { size, channels, concurrency = 32, onUndecodable = "throw", signal } = options;
  const indices = options.indices ?? Uint32Array.from({ length: source.count }, (_, i) => i);
  const outside = indices.find((index) => index >= source.count);
  if (outside !== undefined) {
    throw new InvalidError(`Cannot load item ${outside}: the data set has ${source.count} items`);
  }
  const capacity = options.frames ?? 1;
  const store = openStore(indices.length * capacity, options);
  const counts = new Uint8Array(indices.length);
  const skipped: SkippedItem[] = [];
  let next = 0;
  let done = 0;

  async function loadOne(slot: number) {
    const index = indices[slot]!;
    try {
      const { bytes, mediaType } = await source.read(index);
      if (options.frames === undefined) {
        store.write(slot, await decodeImage(bytes, mediaType, options));
      } else {
        const frames = await decodeFrames(bytes, mediaType, { ...options, frames: capacity });
        frames.forEach((frame, i) => store.write(slot * capacity + i, frame));
        counts[slot] = frames.length;
      }
    } catch (error) {
      if (!isUndecodable(error)) throw error;
      if (onUndecodable === "throw") throw nameItem(error, index);
      skipped.push({ index, error });
    }
    options.onProgress?.(++done, indices.length);
  }

  async function loadMany() {
    try {
      while (next < indices.length) {
        if (signal?.aborted) throw new CancelledError("Cannot go on loading images: called off");
        await loadOne(next++);
      }
    } catch (error) {
      // The others stop too.
      next = indices.length;
      throw error;
    }
  }

  // All must have ended before the store may be closed.
  const results = await Promise.allSettled(Array.from({ length: concurrency }, loadMany));
  const failure = results.find((result) => result.status === "rejected");
  if (failure !== undefined) {
    store.close();
    throw failure.reason;
  }

  const bad = new Set(skipped.map((item) => item.index));
  const slots = Uint32Array.from(indices.keys()).filter((slot) => !bad.has(indices[slot]!));
  const kept = slots.map((slot) => indices[slot]!);
  const clips = { capacity, counts: Uint8Array.from(slots, (slot) => counts[slot]!) };
  return new PackedImages(store, slots.map((slot) => slot * capacity), {
    clips: options.frames === undefined ? null : clips,
    indices: kept,
    labels: Array.from(kept, (index) => source.label(index)),
    height: size,
    width: size,
    channels,
    skipped: skipped.sort((a, b) => a.index - b.index),
  });
}

function openStore(count: number, options: PackOptions): PixelStore {
  const { size, channels, maxBytes = PIXEL_MEMORY_BYTES, spillDirectory } = options;
  const length = size * size * channels;
  if (count * length <= maxBytes) return new MemoryPixels(count, length);
  if (spillDirectory !== undefined) return new FilePixels(spillDirectory, length);
  throw new TooLargeError(
    `Cannot hold ${count} ${
      options.frames === undefined ? "images" : "frames"
    } of ${size}×${size}×${channels} in memory: ` +
      `${count * length} bytes, at most ${maxBytes}. Lower imageSize or limit`,
  );
}

/** Whether an error is the item's own fault. */
function isUndecodable(error: unknown): error is AlikeError {
  return error instanceof CorruptError || error instanceof UnsupportedError ||
    error instanceof TooLargeError;
}

function nameItem(error: AlikeError, index: number): AlikeError {
  return fromErrorRecord({
    ...toErrorRecord(error),
    message: `Cannot load item ${index}: ${error.message}`,
  });
}
