/**
 * Conv2D and FusedConv2D on WASM, in place of tfjs's (XNNPACK's), which take 1.2 to 4 times as long.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { addressOf, makeOutput } from "../wasm_heap.ts";
import { windowsOf } from "./conv_windows.ts";
import { convolve } from "./convolve.ts";
import { activate, type Epilogue, fusedEpilogue, NO_EPILOGUE } from "./epilogue.ts";
import { filterSource, passingFilters } from "./filters.ts";
import { kernelInputs, shape4 } from "./kernel_inputs.ts";
import { stockKernel } from "./stock_kernels.ts";

function conv2dInfo(
  x: tf.TensorInfo,
  filter: tf.TensorInfo,
  attrs: tf.Conv2DAttrs,
): tf.backend_util.Conv2DInfo {
  return tf.backend_util.computeConv2DInfo(
    shape4(x),
    shape4(filter),
    attrs.strides,
    attrs.dilations,
    attrs.pad,
    attrs.dimRoundingMode,
    false,
    tf.backend_util.convertConv2DDataFormat(attrs.dataFormat),
  );
}

/** Ours has no dilation; tfjs's own has, and no gradient then. */
function isDilated(info: tf.backend_util.Conv2DInfo): boolean {
  return info.dilationHeight !== 1 || info.dilationWidth !== 1;
}

/** x [N, H, W, C] * filter [h, w, C, O] → [N, H', W', O], float32. */
function conv2d(
  backend: BackendWasm,
  x: tf.TensorInfo,
  filter: tf.TensorInfo,
  info: tf.backend_util.Conv2DInfo,
  epilogue: Epilogue = NO_EPILOGUE,
): tf.TensorInfo {
  const windows = windowsOf(info, tf.Conv2D);
  const { tensor, address } = makeOutput(backend, info.outShape);
  if (tf.util.sizeFromShape(info.outShape) === 0) return tensor;
  const pixel = info.outChannels * 4;
  const row = info.outWidth * pixel;
  convolve(
    backend,
    windows,
    addressOf(backend, x),
    info.outChannels,
    passingFilters(backend, filterSource(backend, filter)),
    { address, image: info.outHeight * row, row, pixel },
    epilogue,
  );
  return tensor;
}

/** Registered in place of tfjs's Conv2D. */
export const conv2dConfig: tf.KernelConfig = {
  kernelName: tf.Conv2D,
  backendName: "wasm",
  kernelFunc(args) {
    const { x, filter } = kernelInputs(args.inputs, "x", "filter");
    const info = conv2dInfo(x, filter, args.attrs as unknown as tf.Conv2DAttrs);
    if (isDilated(info)) return stockKernel(tf.Conv2D)(args);
    return conv2d(args.backend as BackendWasm, x, filter, info);
  },
};

/** Registered in place of tfjs's FusedConv2D: bias and ReLU cost no pass over memory. */
export const fusedConv2dConfig: tf.KernelConfig = {
  kernelName: tf.FusedConv2D,
  backendName: "wasm",
  kernelFunc(args) {
    const { x, filter } = kernelInputs(args.inputs, "x", "filter");
    const attrs = args.attrs as unknown as tf.FusedConv2DAttrs;
    const info = conv2dInfo(x, filter, attrs);
    const backend = args.backend as BackendWasm;
    if (isDilated(info)) return stockKernel(tf.FusedConv2D)(args);
    const { activation } = attrs;
    const epilogue = fusedEpilogue(backend, activation, args.inputs.bias, info.outChannels);
    return activate(conv2d(backend, x, filter, info, epilogue), activation, args);
  },
};
