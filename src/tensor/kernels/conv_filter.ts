/**
 * Sums a filter's gradient over windows, directly or by Winograd's minimal filtering; shared by
 * Conv2DBackpropFilter and matrix products.
 *
 * @module
 */
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { cacheLines, withScratch } from "../wasm_heap.ts";
import { type Blocks, blocksOf, windowArguments, type Windows } from "./conv_windows.ts";
import { kernel } from "./module.ts";
import { winogradFilter } from "./winograd.ts";
import { winogradTile } from "./winograd_choice.ts";

/** Bytes of x and dy that all tiles pass over while they stay in the first-level cache. */
const CHUNK_BYTES = 32 * 1024;

/** Bytes that the tiles' sums take, their sizes rounded up as in `assembly/conv_filter.ts`. */
function sumsBytes(windows: Windows, outChannels: number): number {
  const run = windows.kernelWidth * windows.channels;
  return windows.kernelHeight * Math.ceil(run / 4) * 4 * Math.ceil(outChannels / 8) * 8 * 4;
}

/** Output rows whose x and dy fit in the first-level cache. */
function chunkRows(windows: Windows, blocks: Blocks, outChannels: number): number {
  const { strideY, strideX, outWidth, channels } = windows;
  const rowBytes = outWidth * 4 * (strideY * strideX * channels + outChannels) * blocks.group;
  return Math.max(1, Math.floor(CHUNK_BYTES / rowBytes));
}

/**
 * Sums window times dy over all windows of the images at `x`, into `target`
 * [kernelHeight, kernelWidth, channels, outChannels]. With no windows, that is zero.
 */
export function convFilter(
  backend: BackendWasm,
  windows: Windows,
  x: number,
  dy: number,
  outChannels: number,
  target: number,
): void {
  const { kernelHeight, kernelWidth, channels } = windows;
  if (windows.images * windows.outHeight * windows.outWidth === 0) {
    kernel("fillZero")(target, kernelHeight * kernelWidth * channels * outChannels * 4);
    return;
  }
  const tile = winogradTile(windows, outChannels);
  if (tile !== null) {
    winogradFilter(backend, windows, x, dy, outChannels, tile, target);
    return;
  }
  const blocks = blocksOf(windows);
  // The last tile of a run reads up to 3 floats beyond it: in a copy of ours, never in x itself.
  const direct = blocks.direct && kernelWidth * channels % 4 === 0;
  const wide = outChannels % 8 !== 0;
  const width = (windows.outWidth - 1) * windows.strideX + kernelWidth;
  const height = (blocks.band - 1) * windows.strideY + kernelHeight;
  const sums = sumsBytes(windows, outChannels);
  const padded = direct ? 0 : cacheLines(blocks.group * height * width * channels * 4 + 64);
  const widened = wide ? blocks.pixels * Math.ceil(outChannels / 8) * 8 * 4 : 0;
  withScratch(backend, cacheLines(sums) + padded + widened, (scratch) =>
    kernel("convFilter")(
      ...windowArguments(windows),
      blocks.group,
      blocks.band,
      Number(direct),
      x,
      dy,
      outChannels,
      chunkRows(windows, blocks, outChannels),
      target,
      scratch,
      sums,
      scratch + cacheLines(sums),
      wide ? scratch + cacheLines(sums) + padded : 0,
    ));
}
