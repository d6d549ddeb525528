/**
 * Runs the 3x3, stride 1 convolution by Winograd's minimal filtering, where that is faster.
 *
 * @module
 */
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { withScratch } from "../wasm_heap.ts";
import type { Windows } from "./conv_windows.ts";
import type { Epilogue } from "./epilogue.ts";
import { kernel } from "./module.ts";

/** Where results go, in bytes. */
export interface Target {
  address: number;
  /** From one image, row and pixel of windows to the next. */
  image: number;
  row: number;
  pixel: number;
}

/** Bytes of transformed inputs and products of a block: half of a 512 KiB second-level cache. */
const BLOCK_BYTES = 256 * 1024;

/** With many channels, so many tiles all the same: the transformed weights are read once a block. */
const LEAST_TILES = 16;

/** For the filter gradient, whose sums (4 MiB at 256 channels) are read and written once a block. */
const LEAST_FILTER_TILES = 64;

/** With fewer tiles than this in all, transforming the weights costs more than is saved. */
const WORTH_TILES = 16;

/** How tiles of 4x4 inputs (2x2 outputs) are cut into blocks that stay in the cache. */
interface TileBlocks {
  /** Images a block; more than one only if `band` is all rows. */
  group: number;
  /** Rows of tiles a block. */
  band: number;
  /** Tiles of a whole block, rounded up to the 8 of a product's tile. */
  tiles: number;
  /** Bytes of one image's inputs of a block, with their padding. */
  paddedBytes: number;
}

/**
 * Whether windows are ones that the minimal filtering does, and does faster: measured from 8
 * channels on, by 1.4 (8 channels), 1.5 (16), 1.9 (32) and more.
 */
export function isWinograd(windows: Windows, outChannels: number): boolean {
  const { images, channels, outHeight, outWidth } = windows;
  return windows.kernelHeight === 3 && windows.kernelWidth === 3 &&
    windows.strideY === 1 && windows.strideX === 1 &&
    channels >= 8 && channels % 8 === 0 && outChannels >= 8 && outChannels % 8 === 0 &&
    images * Math.ceil(outHeight / 2) * Math.ceil(outWidth / 2) >= WORTH_TILES;
}

/** Cuts tiles into blocks. */
function tileBlocksOf(windows: Windows, outChannels: number, least: number): TileBlocks {
  const { images, channels, outHeight, outWidth } = windows;
  const rows = Math.ceil(outHeight / 2);
  const columns = Math.ceil(outWidth / 2);
  const wanted = Math.max(
    least,
    Math.floor(BLOCK_BYTES / (16 * 4 * (channels + outChannels))),
  );
  const band = Math.min(rows, Math.max(1, Math.floor(wanted / columns)));
  const group = band < rows
    ? 1
    : Math.min(images, Math.max(1, Math.floor(wanted / (rows * columns))));
  return {
    group,
    band,
    tiles: Math.ceil(group * band * columns / 8) * 8,
    paddedBytes: (2 * band + 2) * (2 * columns + 2) * channels * 4,
  };
}

function align(bytes: number): number {
  return (bytes + 63) & ~63;
}

/**
 * Distance of the 16 matrices of `bytes` bytes: not a power of two, or all would fall on the same
 * lines of the cache.
 */
function placeBytes(bytes: number): number {
  return align(bytes) + 192;
}

/** The numbers that both kernels take first, in their order. */
function tileArguments(windows: Windows, { group, band }: TileBlocks): number[] {
  return [
    windows.images,
    windows.inHeight,
    windows.inWidth,
    windows.channels,
    windows.top,
    windows.left,
    windows.outHeight,
    windows.outWidth,
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
  const packedBytes = align(9 * channels * outChannels * 4);
  const weightBytes = align(16 * channels * outChannels * 4);
  const biasBytes = align(outChannels * 4);
  const paddedBytes = align(blocks.paddedBytes);
  const inputPlace = placeBytes(blocks.tiles * channels * 4);
  const productPlace = placeBytes(blocks.tiles * outChannels * 4);
  const bytes = packedBytes + weightBytes + biasBytes + paddedBytes +
    16 * (inputPlace + productPlace);
  withScratch(backend, bytes, (packed) => {
    const weights = packed + packedBytes;
    const bias = weights + weightBytes;
    const padded = bias + biasBytes;
    const inputs = padded + paddedBytes;
    pack(packed);
    kernel("winogradWeights")(packed, channels, outChannels, weights);
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
      inputs + 16 * inputPlace,
      productPlace,
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
  const { channels } = windows;
  const blocks = tileBlocksOf(windows, outChannels, LEAST_FILTER_TILES);
  const paddedBytes = align(blocks.paddedBytes);
  const inputPlace = placeBytes(blocks.tiles * channels * 4);
  const gradientPlace = placeBytes(blocks.tiles * outChannels * 4);
  const sumsBytes = 16 * channels * outChannels * 4;
  const bytes = paddedBytes + 16 * (inputPlace + gradientPlace) + sumsBytes;
  withScratch(backend, bytes, (padded) => {
    const inputs = padded + paddedBytes;
    const gradients = inputs + 16 * inputPlace;
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
      gradients + 16 * gradientPlace,
    );
  });
}
