/**
 * How a convolution's windows are walked: the numbers that our convolution kernels take, from the
 * geometry that tfjs computes.
 *
 * @module
 */
import type { backend_util } from "@tensorflow/tfjs";
import { UnsupportedError } from "../../errors.ts";

/** Bytes of a block with its padding: well inside a 512 KiB second-level cache. */
const BLOCK_BYTES = 256 * 1024;

/** Fewer pixels than this a block, and several images are taken together. */
const BLOCK_PIXELS = 64;

/** Windows of a convolution without dilation over NHWC float32 images. */
export interface Windows {
  images: number;
  inHeight: number;
  inWidth: number;
  channels: number;
  /** Where the first window begins in the image; negative with padding. */
  top: number;
  left: number;
  kernelHeight: number;
  kernelWidth: number;
  strideY: number;
  strideX: number;
  outHeight: number;
  outWidth: number;
}

/** Where results go, in bytes. */
export interface Target {
  address: number;
  /** From one image, row and pixel of windows to the next. */
  image: number;
  row: number;
  pixel: number;
}

/** How windows are cut into blocks that stay in the cache. */
export interface Blocks {
  /** Images a block; more than one only if `band` is all rows. */
  group: number;
  /** Output rows a block. */
  band: number;
  /** Whether no window leaves the image, so that no copy with padding is needed. */
  direct: boolean;
  /** Output pixels of a whole block. */
  pixels: number;
  /** Bytes of a whole block's input, with its padding. */
  bytes: number;
}

/**
 * The windows of a convolution.
 *
 * @throws {UnsupportedError} For NCHW and for dilation, as tfjs's own gradients do.
 */
export function windowsOf(info: backend_util.Conv2DInfo, kernelName: string): Windows {
  if (info.dataFormat !== "channelsLast") {
    throw new UnsupportedError(`Cannot run ${kernelName}: images must be NHWC, got NCHW`);
  }
  if (info.dilationHeight !== 1 || info.dilationWidth !== 1) {
    throw new UnsupportedError(
      `Cannot run ${kernelName}: dilation must be 1, ` +
        `got ${info.dilationHeight} x ${info.dilationWidth}`,
    );
  }
  return {
    images: info.batchSize,
    inHeight: info.inHeight,
    inWidth: info.inWidth,
    channels: info.inChannels,
    // 0 - x, because -0 is not the integer that tests and callers expect.
    top: 0 - info.padInfo.top,
    left: 0 - info.padInfo.left,
    kernelHeight: info.filterHeight,
    kernelWidth: info.filterWidth,
    strideY: info.strideHeight,
    strideX: info.strideWidth,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
  };
}

/** The numbers that every kernel over windows takes first, in their order. */
export function windowArguments(windows: Windows): number[] {
  return [
    windows.images,
    windows.inHeight,
    windows.inWidth,
    windows.channels,
    windows.top,
    windows.left,
    windows.kernelHeight,
    windows.kernelWidth,
    windows.strideY,
    windows.strideX,
    windows.outHeight,
    windows.outWidth,
  ];
}

/** Rows (or columns) of input that `outputs` windows cover. */
function span(outputs: number, stride: number, kernel: number): number {
  return (outputs - 1) * stride + kernel;
}

/** Cuts windows into blocks. */
export function blocksOf(windows: Windows): Blocks {
  const { images, inHeight, inWidth, channels, top, left } = windows;
  const { kernelHeight, kernelWidth, strideY, strideX, outHeight, outWidth } = windows;
  const width = span(outWidth, strideX, kernelWidth);
  const height = span(outHeight, strideY, kernelHeight);
  const direct = top >= 0 && left >= 0 && top + height <= inHeight && left + width <= inWidth;
  const rowBytes = (direct ? inWidth : width) * channels * 4;
  const imageBytes = height * rowBytes;
  if (imageBytes > BLOCK_BYTES) {
    const rows = Math.floor(BLOCK_BYTES / rowBytes);
    const fitting = Math.floor((rows - kernelHeight) / strideY) + 1;
    const band = Math.min(Math.max(fitting, 1), outHeight);
    const bytes = span(band, strideY, kernelHeight) * rowBytes;
    return { group: 1, band, direct, pixels: band * outWidth, bytes };
  }
  const wanted = Math.ceil(BLOCK_PIXELS / (outHeight * outWidth));
  const group = Math.max(1, Math.min(images, wanted, Math.floor(BLOCK_BYTES / imageBytes)));
  return {
    group,
    band: outHeight,
    direct,
    pixels: group * outHeight * outWidth,
    bytes: group * imageBytes,
  };
}
