/**
 * Runs 3x3 convolutions at stride 1 by Winograd's minimal filtering, where that is faster.
 *
 * @module
 */
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { cacheLines, withScratch } from "../wasm_heap.ts";
import type { Target, Windows } from "./conv_windows.ts";
import type { Epilogue } from "./epilogue.ts";
import { kernel } from "./module.ts";

/** Bytes of transformed inputs and products of a block: half of a 512 KiB second-level cache. */
const BLOCK_BYTES = 256 * 1024;

/** With many channels, so many tiles all the same: the transformed weights are read once a block. */
const LEAST_TILES = 16;

/** For the filter gradient, whose sums (9 MiB at 256 channels) are read and written once a block. */
const LEAST_FILTER_TILES = 64;

/** With fewer outputs than this a channel, transforming the weights costs more than is saved. */
const LEAST_OUTPUTS = 64;

/** Outputs of a tile along one axis. */
type TileSize = 2 | 4;

/** How tiles are cut into blocks that stay in the cache. */
interface TileBlocks {
  size: TileSize;
  /** Images a block; more than one only if `band` is all rows. */
  group: number;
  /** Rows of tiles a block. */
  band: number;
  /** Tiles of a whole block, rounded up to the 8 of a product's tile. */
  tiles: number;
  /** Columns of tiles. */
  columns: number;
  /** Matrices: the places of a transformed tile. */
  places: number;
}

/**
 * Whether windows are ones that the minimal filtering does, and does faster: measured from 8
 * channels on.
 */
export function isWinograd(windows: Windows, outChannels: number): boolean {
  const { images, channels, outHeight, outWidth } = windows;
  return windows.kernelHeight === 3 && windows.kernelWidth === 3 &&
    windows.strideY === 1 && windows.strideX === 1 &&
    channels >= 8 && channels % 8 === 0 && outChannels >= 8 && outChannels % 8 === 0 &&
    images * outHeight * outWidth >= LEAST_OUTPUTS;
}

/** Tiles that cover one image. */
function tilesOf({ outHeight, outWidth }: Windows, size: TileSize): number {
  return Math.ceil(outHeight / size) * Math.ceil(outWidth / size);
}

/**
 * The tile size that takes fewer multiplications: 4, but for images that tiles of 4 overhang (5x5,
 * 6x6). At equal numbers 2, whose rounding errors are smaller.
 */
export function tileSizeOf(windows: Windows): TileSize {
  return tilesOf(windows, 4) * 36 < tilesOf(windows, 2) * 16 ? 4 : 2;
}

/** Cuts tiles into blocks of as many as the cache holds, or `least`. */
function tileBlocksOf(windows: Windows, outChannels: number, least: number): TileBlocks {
  const { images, channels, outHeight, outWidth } = windows;
  const size = tileSizeOf(windows);
  const places = (size + 2) ** 2;
  const rows = Math.ceil(outHeight / size);
  const columns = Math.ceil(outWidth / size);
  const fitting = Math.floor(BLOCK_BYTES / (places * 4 * (channels + outChannels)));
  const wanted = Math.max(least, fitting);
  // Bands of about equal height, rather than a last one of a row.
  const bands = Math.ceil(rows / Math.max(1, Math.floor(wanted / columns)));
  const band = Math.ceil(rows / bands);
  const group = band < rows
    ? 1
    : Math.min(images, Math.max(1, Math.floor(wanted / (rows * columns))));
  const tiles = Math.ceil(group * band * columns / 8) * 8;
  return { size, group, band, tiles, columns, places };
}

/** Bytes of one image's `margin` wider inputs (or gradients) of a block of tiles. */
function bandBytes({ size, band, columns }: TileBlocks, margin: number, channels: number): number {
  return cacheLines((size * band + margin) * (size * columns + margin) * channels * 4);
}

/**
 * Distance of the matrices of `channels` floats a tile: not a power of two, or all would fall on
 * the same lines of the cache.
 */
function placeBytes({ tiles }: TileBlocks, channels: number): number {
  return cacheLines(tiles * channels * 4) + 192;
}

/** The numbers that both kernels take first, in their order. */
function tileArguments(windows: Windows, { size, group, band }: TileBlocks): number[] {
  return [
    windows.images,
    windows.inHeight,
    windows.inWidth,
    windows.channels,
    windows.top,
    windows.left,
    windows.outHeight,
    windows.outWidth,
    size,
    group,
    band,
  ];
}

/** Convolves the images at `x` into `target`, as `convolve` does. */
export function winograd(
  backend: BackendWasm,
  windows: Windows,
  x: number,
  outChannels: number,
  pack: (packed: number) => void,
  target: Target,
  epilogue: Epilogue,
): void {
  const { channels } = windows;
  const blocks = tileBlocksOf(windows, outChannels, LEAST_TILES);
  const { size, places } = blocks;
  const weightBytes = cacheLines(places * channels * outChannels * 4);
  const biasBytes = cacheLines(outChannels * 4);
  const paddedBytes = bandBytes(blocks, 2, channels);
  const inputPlace = placeBytes(blocks, channels);
  const productPlace = placeBytes(blocks, outChannels);
  const partialBytes = size * size * outChannels * 4;
  const transformedBytes = places * (inputPlace + productPlace);
  const packedBytes = cacheLines(9 * channels * outChannels * 4);
  const bytes = weightBytes + biasBytes + paddedBytes + transformedBytes + partialBytes;
  withScratch(backend, bytes, (weights) => {
    withScratch(backend, packedBytes, (packed) => {
      pack(packed);
      kernel("winogradWeights")(size, packed, channels, outChannels, weights);
    });
    const bias = weights + weightBytes;
    const padded = bias + biasBytes;
    const inputs = padded + paddedBytes;
    const products = inputs + places * inputPlace;
    kernel("fillZero")(bias, biasBytes);
    if (epilogue.bias !== null) kernel("copyBytes")(bias, epilogue.bias, outChannels * 4);
    kernel("winograd")(
      ...tileArguments(windows, blocks),
      x,
      weights,
      bias,
      outChannels,
      target.address,
      target.image,
      target.row,
      target.pixel,
      epilogue.low,
      epilogue.high,
      padded,
      inputs,
      inputPlace,
      products,
      productPlace,
      products + places * productPlace,
    );
  });
}

/** Sums window times dy into `target`, as `convFilter` does. */
export function winogradFilter(
  backend: BackendWasm,
  windows: Windows,
  x: number,
  dy: number,
  outChannels: number,
  target: number,
): void {
  const { channels, outHeight, outWidth } = windows;
  const blocks = tileBlocksOf(windows, outChannels, LEAST_FILTER_TILES);
  const { size, places } = blocks;
  const paddedBytes = bandBytes(blocks, 2, channels);
  const inputPlace = placeBytes(blocks, channels);
  const gradientPlace = placeBytes(blocks, outChannels);
  const sumsBytes = cacheLines(places * channels * outChannels * 4);
  const whole = outHeight % size === 0 && outWidth % size === 0;
  const paddedGradientBytes = whole ? 0 : bandBytes(blocks, 0, outChannels);
  const bytes = paddedBytes + places * (inputPlace + gradientPlace) + sumsBytes +
    paddedGradientBytes;
  withScratch(backend, bytes, (padded) => {
    const inputs = padded + paddedBytes;
    const gradients = inputs + places * inputPlace;
    const sums = gradients + places * gradientPlace;
    kernel("winogradFilter")(
      ...tileArguments(windows, blocks),
      x,
      dy,
      outChannels,
      target,
      padded,
      inputs,
      inputPlace,
      gradients,
      gradientPlace,
      sums,
      whole ? 0 : sums + sumsBytes,
    );
  });
}
