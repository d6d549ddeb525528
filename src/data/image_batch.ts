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

/** Items `start` to `end - 1` of a batch, on the same memory. */
export function sliceBatch(batch: ImageBatch, start: number, end: number): ImageBatch {
  const each = batch.height * batch.width * batch.channels;
  return {
    ...batch,
    count: end - start,
    pixels: batch.pixels.subarray(start * each, end * each),
    indices: batch.indices.subarray(start, end),
    ...(batch.clips === undefined ? {} : { clips: sliceClips(batch.clips, start, end, each) }),
  };
}

/** @param each Values of a frame. */
function sliceClips(clips: ClipFrames, start: number, end: number, each: number): ClipFrames {
  const { pixels, capacity, counts } = clips;
  const item = capacity * each;
  return {
    pixels: pixels.subarray(start * item, end * item),
    capacity,
    counts: counts.subarray(start, end),
  };
}
