/** Packed images: a data set decoded once, ready to be gathered into batches. @module */
import type { ClipFrames, ImageBatch } from "./image_batch.ts";
import { MemoryPixels, type PixelStore } from "./pixel_store.ts";

/** An image that could not be decoded and was left out. */
export interface SkippedItem {
  /** Its index in the source. */
  index: number;
  error: Error;
}

/** How many frames the items have that are clips. */
export interface ClipCounts {
  /** Room of each item, frames. */
  capacity: number;
  /** Frames of each item. */
  counts: Uint8Array;
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
  clips: ClipCounts | null;
}

/** Images of one size, or clips of such, by position 0..count-1. */
export class PackedImages {
  /** Each image's index in the source it came from. */
  readonly indices: Uint32Array;
  /** Each image's label, or null. */
  readonly labels: readonly (string | null)[];
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  /** Null where items are images. */
  readonly clips: ClipCounts | null;
  /** What was left out. */
  readonly skipped: readonly SkippedItem[];
  readonly #store: PixelStore;
  readonly #slots: Uint32Array;

  /**
   * @param store Holds the pixels, and is closed with this.
   * @param slots Where in the store each image is; of a clip its first frame, the others follow.
   */
  constructor(
    store: PixelStore,
    slots: Uint32Array,
    about: Pick<
      PackedImages,
      "indices" | "labels" | "height" | "width" | "channels" | "clips" | "skipped"
    >,
  ) {
    this.#store = store;
    this.#slots = slots;
    this.indices = about.indices;
    this.labels = about.labels;
    this.height = about.height;
    this.width = about.width;
    this.channels = about.channels;
    this.clips = about.clips;
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
    const { indices, labels, height, width, channels, clips } = this;
    const pixels = this.#store.shared;
    if (pixels === undefined) return undefined;
    return { pixels, slots: this.#slots, indices, labels, height, width, channels, clips };
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
    const batch = { pixels, count, height, width, channels, indices, epoch };
    if (this.clips === null) return batch;
    // Most who gather a clip want it as an image.
    let clips: ClipFrames | undefined;
    const gatherClips = () => clips ??= this.#gatherClips(positions);
    return {
      ...batch,
      get clips() {
        return gatherClips();
      },
    };
  }

  /** All frames of the items at these positions. */
  #gatherClips(positions: ArrayLike<number>): ClipFrames {
    const { capacity, counts } = this.clips!;
    const length = this.height * this.width * this.channels;
    const pixels = new Uint8Array(positions.length * capacity * length);
    const taken = Uint8Array.from(positions, (position) => counts[position]!);
    taken.forEach((count, i) => {
      const slot = this.#slots[positions[i]!]!;
      for (let frame = 0; frame < count; frame++) {
        const at = (i * capacity + frame) * length;
        this.#store.read(slot + frame, pixels.subarray(at, at + length));
      }
    });
    return { pixels, capacity, counts: taken };
  }

  /** Frees the pixels. */
  close(): void {
    this.#store.close();
  }
}
