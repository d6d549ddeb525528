/**
 * Runs convolutions by Winograd's minimal filtering.
 *
 * @module
 */
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { cacheLines, withScratch } from "../wasm_heap.ts";
import type { Target, Windows } from "./conv_windows.ts";
import { type Epilogue, residualDistance, writeBias } from "./epilogue.ts";
import type { Filters } from "./filters.ts";
import { kernel } from "./module.ts";
import type { WinogradTile } from "./winograd_tiles.ts";

/** Bytes of a block's lines, transformed along the height, and of a row of their places. */
const BLOCK_BYTES = 128 * 1024;

/** With many channels, so many tiles all the same: the transformed weights are read once a block. */
const LEAST_TILES = 16;

/** For the filter gradient, whose sums (9 MiB at 256 channels) are read and written once a block. */
const LEAST_FILTER_TILES = 64;

/** How lines (rows of tiles, of one image or several) are cut into blocks. */
interface LineBlocks {
  tile: WinogradTile;
  /** Tiles of a line. */
  columns: number;
  /** Lines a block. */
  lines: number;
  /** Tiles of a whole block, rounded up to the 8 of a product's tile. */
  tiles: number;
}

/** Cuts lines into blocks of as many as the cache holds, or of `least` tiles. */
function lineBlocksOf(
  windows: Windows,
  outChannels: number,
  tile: WinogradTile,
  least: number,
): LineBlocks {
  const { images, channels, outHeight, outWidth } = windows;
  const { outputs, step, places } = tile;
  const columns = Math.ceil(outWidth / outputs);
  const total = images * Math.ceil(outHeight / outputs);
  const lineBytes = 4 * columns * places * ((step + 1) * channels + (outputs + 1) * outChannels);
  const wanted = Math.max(Math.ceil(least / columns), Math.floor(BLOCK_BYTES / lineBytes), 1);
  // Whole eights of tiles where that is possible: a product's tile that is not full costs as much.
  const eighth = 8 / greatestCommonDivisor(8, columns);
  const lines = Math.min(total, Math.ceil(wanted / eighth) * eighth);
  return { tile, columns, lines, tiles: Math.ceil(lines * columns / 8) * 8 };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** One factor or result of the products, on its two ways through the transforms. */
interface Side {
  /** Distance of a line's rows of places. */
  row: number;
  /** Distance of the matrices of one row of places. */
  place: number;
  /** Bytes of all lines of a block. */
  lineBytes: number;
  /** Bytes of all matrices of one row of places. */
  placeBytes: number;
}

/**
 * The sizes of one side, a line of which is so many pixels wide. No distance is a power of two, or
 * all rows would fall on the same lines of the cache.
 */
function sideOf(
  { tile: { places }, lines, tiles }: LineBlocks,
  pixels: number,
  channels: number,
): Side {
  const row = cacheLines(pixels * channels * 4) + 64;
  const place = cacheLines(tiles * channels * 4) + 192;
  return { row, place, lineBytes: lines * places * row, placeBytes: places * place };
}

/** Pixels of a line's inputs. */
function inputPixels({ tile: { step, inputs }, columns }: LineBlocks): number {
  return step * (columns - 1) + inputs;
}

/** The numbers that both kernels take first, in their order. */
function lineArguments(windows: Windows, { tile, lines }: LineBlocks): number[] {
  return [
    windows.images,
    windows.inHeight,
    windows.inWidth,
    windows.channels,
    windows.top,
    windows.left,
    windows.outHeight,
    windows.outWidth,
    tile.kind,
    lines,
  ];
}

/** Convolves the images at `x` into `target`, as `convolve` does. */
export function winograd(
  backend: BackendWasm,
  windows: Windows,
  x: number,
  outChannels: number,
  tile: WinogradTile,
  filters: Filters,
  target: Target,
  epilogue: Epilogue,
): void {
  const { channels, inWidth } = windows;
  const blocks = lineBlocksOf(windows, outChannels, tile, LEAST_TILES);
  const inputs = sideOf(blocks, inputPixels(blocks), channels);
  const outputs = sideOf(blocks, blocks.columns * tile.outputs, outChannels);
  const biasBytes = cacheLines(outChannels * 4);
  const zeroBytes = cacheLines(inWidth * channels * 4);
  const bytes = biasBytes + zeroBytes + inputs.lineBytes + inputs.placeBytes +
    outputs.lineBytes + outputs.placeBytes;
  filters.read(tile, (weights) =>
    withScratch(backend, bytes, (bias) => {
      const zeros = bias + biasBytes;
      const t = zeros + zeroBytes;
      const v = t + inputs.lineBytes;
      const p = v + inputs.placeBytes;
      const n = p + outputs.placeBytes;
      writeBias(epilogue, outChannels, outChannels, bias);
      kernel("winograd")(
        ...lineArguments(windows, blocks),
        x,
        weights,
        bias,
        outChannels,
        target.address,
        target.image,
        target.row,
        target.pixel,
        residualDistance(epilogue, target.address),
        epilogue.low,
        epilogue.high,
        zeros,
        t,
        inputs.row,
        v,
        inputs.place,
        p,
        outputs.place,
        n,
        outputs.row,
      );
    }));
}

/** Sums window times dy into `target`, as `convFilter` does. */
export function winogradFilter(
  backend: BackendWasm,
  windows: Windows,
  x: number,
  dy: number,
  outChannels: number,
  tile: WinogradTile,
  target: number,
): void {
  const { channels, inWidth, outWidth } = windows;
  const blocks = lineBlocksOf(windows, outChannels, tile, LEAST_FILTER_TILES);
  const inputs = sideOf(blocks, inputPixels(blocks), channels);
  const gradients = sideOf(blocks, blocks.columns * tile.outputs, outChannels);
  const zeroBytes = cacheLines(Math.max(inWidth * channels, outWidth * outChannels) * 4);
  const bytes = zeroBytes + inputs.lineBytes + inputs.placeBytes + gradients.lineBytes +
    gradients.placeBytes + tile.weights ** 2 * channels * outChannels * 4;
  withScratch(backend, bytes, (zeros) => {
    const t = zeros + zeroBytes;
    const v = t + inputs.lineBytes;
    const u = v + inputs.placeBytes;
    const d = u + gradients.lineBytes;
    kernel("winogradFilter")(
      ...lineArguments(windows, blocks),
      x,
      dy,
      outChannels,
      target,
      zeros,
      zeroBytes,
      t,
      inputs.row,
      v,
      inputs.place,
      u,
      gradients.row,
      d,
      gradients.place,
      d + gradients.placeBytes,
    );
  });
}
