/**
 * Sums over all rows for each channel of `[rows, channels]`, in two dispatches: each workgroup sums
 * a chunk of the rows, then one adds up the chunks. What an invocation sums one after another stays
 * short, so float32 will do.
 *
 * A workgroup is a tile of neighbouring channels by rows: reads of a wave lie next to each other
 * however few channels there are.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import { sizeOf } from "./size_of.ts";

/** Invocations of a workgroup: the most that every device allows. */
const SIZE = 256;

/** Channels of a tile at most: two whole waves of 32. */
const WIDEST = 64;

/** Rows an invocation should sum at least, that a workgroup is worth its start. */
const FEWEST_ROWS = 16;

/** Chunks at most: enough for every core of a large GPU to have some. */
const MOST_CHUNKS = 256;

/** How a tensor's rows are dealt out. */
export interface ChannelTiles {
  rows: number;
  channels: number;
  /** Channels of a tile, a power of two. */
  width: number;
  chunkRows: number;
  chunks: number;
  /** Tiles side by side. */
  columns: number;
}

/** Channels are the last axis, rows all others together. */
export function tileChannels(x: tf.TensorInfo): ChannelTiles {
  const channels = x.shape.at(-1)!;
  const rows = sizeOf(x) / channels;
  let width = 1;
  while (width < channels && width < WIDEST) width *= 2;
  const worthwhile = Math.ceil(rows / (SIZE / width * FEWEST_ROWS));
  const chunkRows = Math.ceil(rows / Math.min(MOST_CHUNKS, worthwhile));
  return {
    rows,
    channels,
    width,
    chunkRows,
    chunks: Math.ceil(rows / chunkRows),
    columns: Math.ceil(channels / width),
  };
}

/**
 * An entry point for tiles of a width. `body` has the channel `c`, the invocation's first row
 * `first` and the step `HEIGHT` to its next, the end of its rows `end`, and `inside`: whether there
 * is such a channel. It may call `meet()`, defined by the program, in uniform control flow only.
 */
export function channelsMain(width: number, rows: { from: string; to: string }, body: string) {
  return `
const WIDTH = ${width}u;
const HEIGHT = ${SIZE / width}u;
@compute @workgroup_size(${width}, ${SIZE / width})
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(local_invocation_id) local: vec3<u32>,
  @builtin(local_invocation_index) index: u32,
) {
  let c = group.x * WIDTH + local.x;
  let inside = c < u.channels;
  let first = ${rows.from} + local.y;
  let end = ${rows.to};
${body}
}`;
}

/** A tree over the rows of a tile: `merge(a, b)` takes b's share into a's, both indices. */
export function channelsTree(): string {
  return `
  for (var step = HEIGHT / 2u; step > 0u; step /= 2u) {
    workgroupBarrier();
    if (local.y < step) { merge(index, index + step * WIDTH); }
  }`;
}

/** Shared memory for one number of each invocation. */
export function shared(name: string): string {
  return `var<workgroup> ${name}: array<f32, ${SIZE}>;`;
}

/** The rows of the chunk that is the workgroup's. */
export const CHUNK = {
  from: "group.y * u.chunkRows",
  to: "min(u.rows, (group.y + 1u) * u.chunkRows)",
};

/** All chunks. */
export const CHUNKS = { from: "0u", to: "u.chunks" };
