/**
 * Conv2DBackpropInput on WASM, in place of tfjs's naive one (2 to 3 GFLOP/s).
 *
 * With stride s, input rows of the same remainder modulo s see the same rows of the filter. Each
 * such phase is an ordinary convolution of dy, stride 1, with those rows in reverse order.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { addressOf, makeOutput } from "../wasm_heap.ts";
import { type Windows, windowsOf } from "./conv_windows.ts";
import { convolve } from "./convolve.ts";
import { NO_EPILOGUE } from "./epilogue.ts";
import { passingFilters } from "./filters.ts";
import { kernelInputs, shape4 } from "./kernel_inputs.ts";
import { kernel } from "./module.ts";
import { winograd } from "./winograd.ts";
import { winogradGradientTile } from "./winograd_choice.ts";

/** One phase along one axis. */
interface Phase {
  /** First filter row of the phase; then every stride-th. */
  firstTap: number;
  taps: number;
  /** First input row of the phase; then every stride-th. */
  firstInput: number;
  inputs: number;
  /** Where the first input's window begins in dy. */
  start: number;
}

/** Some of a filter's rows (or columns): every stride-th. */
type Taps = Pick<Phase, "firstTap" | "taps"> & { stride: number };

/**
 * The phases along one axis that have both inputs and taps.
 *
 * @param first Where the first window begins in the input; negative with padding.
 */
export function phasesOf(first: number, size: number, kernelSize: number, stride: number): Phase[] {
  const phases: Phase[] = [];
  for (let firstTap = 0; firstTap < Math.min(stride, kernelSize); firstTap++) {
    // Input i is seen by tap k of window o where i = first + o * stride + k.
    const least = Math.ceil((0 - first - firstTap) / stride);
    const most = Math.floor((size - 1 - first - firstTap) / stride);
    if (most < least) continue;
    const taps = Math.ceil((kernelSize - firstTap) / stride);
    phases.push({
      firstTap,
      taps,
      firstInput: first + firstTap + least * stride,
      inputs: most - least + 1,
      start: least - (taps - 1),
    });
  }
  return phases;
}

/** dy [N, H', W', O], filter [h, w, C, O] → gradient of x [N, H, W, C], float32. */
export function conv2dBackpropInput(
  backend: BackendWasm,
  dy: tf.TensorInfo,
  filter: tf.TensorInfo,
  windows: Windows,
  outChannels: number,
): tf.TensorInfo {
  const { images, inHeight, inWidth, channels, strideY, strideX } = windows;
  const { kernelHeight, kernelWidth } = windows;
  const shape = [images, inHeight, inWidth, channels];
  const { tensor, address } = makeOutput(backend, shape);
  const size = tf.util.sizeFromShape(shape);
  if (size === 0) return tensor;
  const rows = phasesOf(windows.top, inHeight, kernelHeight, strideY);
  const columns = phasesOf(windows.left, inWidth, kernelWidth, strideX);
  // A stride larger than the filter leaves inputs that no window sees.
  if (kernelHeight < strideY || kernelWidth < strideX) kernel("fillZero")(address, size * 4);
  const pixel = channels * 4;
  const row = inWidth * pixel;
  const image = inHeight * row;
  /** The taps of a phase, turned. */
  const filtersOf = (y: Taps, x: Taps) =>
    passingFilters(backend, {
      taps: y.taps * x.taps,
      channels: outChannels,
      outChannels: channels,
      pack: (packed) =>
        void kernel("convPackGradient")(
          addressOf(backend, filter),
          kernelHeight,
          kernelWidth,
          channels,
          outChannels,
          y.firstTap,
          x.firstTap,
          y.stride,
          x.stride,
          packed,
        ),
    });
  const gradients = {
    images,
    inHeight: windows.outHeight,
    inWidth: windows.outWidth,
    channels: outChannels,
    strideY: 1,
    strideX: 1,
  };
  const tile = winogradGradientTile(windows, outChannels);
  if (tile !== null) {
    const taps = { firstTap: 0, taps: 3, stride: 1 };
    winograd(
      backend,
      {
        ...gradients,
        top: -1,
        left: -1,
        kernelHeight,
        kernelWidth,
        outHeight: inHeight,
        outWidth: inWidth,
      },
      addressOf(backend, dy),
      channels,
      tile,
      filtersOf(taps, taps),
      { address, image, row, pixel },
      NO_EPILOGUE,
    );
    return tensor;
  }
  for (const y of rows) {
    for (const x of columns) {
      convolve(
        backend,
        {
          ...gradients,
          top: y.start,
          left: x.start,
          kernelHeight: y.taps,
          kernelWidth: x.taps,
          outHeight: y.inputs,
          outWidth: x.inputs,
        },
        addressOf(backend, dy),
        channels,
        filtersOf({ ...y, stride: strideY }, { ...x, stride: strideX }),
        {
          address: address + y.firstInput * row + x.firstInput * pixel,
          image,
          row: strideY * row,
          pixel: strideX * pixel,
        },
      );
    }
  }
  return tensor;
}

/** Registered in place of tfjs's Conv2DBackpropInput. */
export const conv2dBackpropInputConfig: tf.KernelConfig = {
  kernelName: tf.Conv2DBackpropInput,
  backendName: "wasm",
  kernelFunc({ inputs, attrs, backend }) {
    const { dy, filter } = kernelInputs(inputs, "dy", "filter");
    const { inputShape, strides, pad, dimRoundingMode, dataFormat } =
      attrs as unknown as tf.Conv2DBackpropInputAttrs;
    const info = tf.backend_util.computeConv2DInfo(
      inputShape,
      shape4(filter),
      strides,
      1,
      pad,
      dimRoundingMode,
      false,
      tf.backend_util.convertConv2DDataFormat(dataFormat),
    );
    return conv2dBackpropInput(
      backend as BackendWasm,
      dy,
      filter,
      windowsOf(info, tf.Conv2DBackpropInput),
      info.outChannels,
    );
  },
};
