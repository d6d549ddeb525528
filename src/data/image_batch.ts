/** Image batch: packed pixels on the CPU, before they become a tensor. @module */

/** Some items of a data set, decoded and resized. */
export interface ImageBatch {
  /** Values 0..255, row by row, channels last: `count * height * width * channels`. */
  readonly pixels: Uint8Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  /** Each item's index in its data set: with the epoch, the key of its random numbers. */
  readonly indices: Uint32Array;
  /** Which pass over the data this is, from 0. */
  readonly epoch: number;
  /** All frames of the items, where they are clips; `pixels` then has the first of each. */
  readonly clips?: ClipFrames;
}

/** Frames of clips, decoded and resized. */
export interface ClipFrames {
  /** Frame by frame, item by item; each item has room for `capacity` frames. */
  readonly pixels: Uint8Array;
  readonly capacity: number;
  /** How many frames each item has, at most `capacity`. */
  readonly counts: Uint8Array;
}
