/**
 * Conv2DBackpropFilter on WASM, which tfjs does not have (tfjs #8474).
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { addressOf, makeOutput, withScratch } from "../wasm_heap.ts";
import { type Blocks, blocksOf, type Windows, windowsOf } from "./conv_windows.ts";
import { kernelInputs, shape4 } from "./kernel_inputs.ts";
import { kernel } from "./module.ts";

/** Bytes of x and dy that all tiles pass over while they stay in the first-level cache. */
const CHUNK_BYTES = 32 * 1024;

function align(bytes: number): number {
  return (bytes + 63) & ~63;
}

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

/** x [N, H, W, C], dy [N, H', W', O] → gradient of the filter [h, w, C, O], float32. */
export function conv2dBackpropFilter(
  backend: BackendWasm,
  x: tf.TensorInfo,
  dy: tf.TensorInfo,
  windows: Windows,
  outChannels: number,
): tf.TensorInfo {
  const { kernelHeight, kernelWidth, channels } = windows;
  const shape = [kernelHeight, kernelWidth, channels, outChannels];
  const { tensor, address } = makeOutput(backend, shape);
  const size = tf.util.sizeFromShape(shape);
  if (size === 0) return tensor;
  if (tf.util.sizeFromShape(dy.shape) === 0) {
    kernel("fillZero")(address, size * 4);
    return tensor;
  }
  const blocks = blocksOf(windows);
  // The last tile of a run reads up to 3 floats beyond it: in a copy of ours, never in x itself.
  const direct = blocks.direct && kernelWidth * channels % 4 === 0;
  const wide = outChannels % 8 !== 0;
  const width = (windows.outWidth - 1) * windows.strideX + kernelWidth;
  const height = (blocks.band - 1) * windows.strideY + kernelHeight;
  const sums = sumsBytes(windows, outChannels);
  const padded = direct ? 0 : align(blocks.group * height * width * channels * 4 + 64);
  const widened = wide ? blocks.pixels * Math.ceil(outChannels / 8) * 8 * 4 : 0;
  withScratch(backend, align(sums) + padded + widened, (scratch) =>
    kernel("convFilter")(
      windows.images,
      blocks.group,
      windows.inHeight,
      windows.inWidth,
      channels,
      windows.top,
      windows.left,
      kernelHeight,
      kernelWidth,
      windows.strideY,
      windows.strideX,
      windows.outHeight,
      windows.outWidth,
      blocks.band,
      Number(direct),
      addressOf(backend, x),
      addressOf(backend, dy),
      outChannels,
      chunkRows(windows, blocks, outChannels),
      address,
      scratch,
      sums,
      scratch + align(sums),
      wide ? scratch + align(sums) + padded : 0,
    ));
  return tensor;
}

/** Registered with tfjs's WASM backend. */
export const conv2dBackpropFilterConfig: tf.KernelConfig = {
  kernelName: tf.Conv2DBackpropFilter,
  backendName: "wasm",
  kernelFunc({ inputs, attrs, backend }) {
    const { x, dy } = kernelInputs(inputs, "x", "dy");
    const { filterShape, strides, pad, dimRoundingMode, dataFormat } =
      attrs as unknown as tf.Conv2DBackpropFilterAttrs;
    const info = tf.backend_util.computeConv2DInfo(
      shape4(x),
      filterShape,
      strides,
      1,
      pad,
      dimRoundingMode,
      false,
      tf.backend_util.convertConv2DDataFormat(dataFormat),
    );
    return conv2dBackpropFilter(
      backend as BackendWasm,
      x,
      dy,
      windowsOf(info, tf.Conv2DBackpropFilter),
      info.outChannels,
    );
  },
};
