/** Packed images: a data set decoded once, ready to be gathered into batches. @module */
import type { ImageBatch } from "./image_batch.ts";
import { MemoryPixels, type PixelStore } from "./pixel_store.ts";

/** An image that could not be decoded and was left out. */
export interface SkippedItem {
  /** Its index in the source. */
  index: number;
  error: Error;
}

/** Packed images as another thread gets them, without a copy of the pixels. */
export interface SharedImages {
  pixels: SharedArrayBuffer;
  slots: Uint32Array;
  indices: Uint32Array;
  labels: readonly (string | null)[];
  height: number;
  width: number;
  channels: 1 | 3;
}

/** Images of one size, by position 0..count-1. */
export class PackedImages {
  /** Each image's index in the source it came from. */
  readonly indices: Uint32Array;
  /** Each image's label, or null. */
  readonly labels: readonly (string | null)[];
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  /** What was left out. */
  readonly skipped: readonly SkippedItem[];
  readonly #store: PixelStore;
  readonly #slots: Uint32Array;

  /**
   * @param store Holds the pixels, and is closed with this.
   * @param slots Where in the store each image is.
   */
  constructor(
    store: PixelStore,
    slots: Uint32Array,
    about: Pick<PackedImages, "indices" | "labels" | "height" | "width" | "channels" | "skipped">,
  ) {
    this.#store = store;
    this.#slots = slots;
    this.indices = about.indices;
    this.labels = about.labels;
    this.height = about.height;
    this.width = about.width;
    this.channels = about.channels;
    this.skipped = about.skipped;
  }

  /** The images of another thread. */
  static fromShared(shared: SharedImages): PackedImages {
    const { pixels, slots, ...about } = shared;
    const length = about.height * about.width * about.channels;
    const store = new MemoryPixels(pixels.byteLength / length, length, pixels);
    return new PackedImages(store, slots, { ...about, skipped: [] });
  }

  /** For other threads; undefined if the pixels are in a file. */
  share(): SharedImages | undefined {
    const { indices, labels, height, width, channels } = this;
    const pixels = this.#store.shared;
    if (pixels === undefined) return undefined;
    return { pixels, slots: this.#slots, indices, labels, height, width, channels };
  }

  /** How many images there are. */
  get count(): number {
    return this.#slots.length;
  }

  /** One image, `height * width * channels` values 0..255, the caller's to keep. */
  pixels(position: number): Uint8Array<ArrayBuffer> {
    return this.gather([position], 0).pixels as Uint8Array<ArrayBuffer>;
  }

  /** The images at these positions, as a batch of that epoch. */
  gather(positions: ArrayLike<number>, epoch: number): ImageBatch {
    const { height, width, channels } = this;
    const count = positions.length;
    const length = height * width * channels;
    const pixels = new Uint8Array(count * length);
    const indices = new Uint32Array(count);
    for (let i = 0; i < count; i++) {
      const position = positions[i]!;
      this.#store.read(this.#slots[position]!, pixels.subarray(i * length, (i + 1) * length));
      indices[i] = this.indices[position]!;
    }
    return { pixels, count, height, width, channels, indices, epoch };
  }

  /** Frees the pixels. */
  close(): void {
    this.#store.close();
  }
}
