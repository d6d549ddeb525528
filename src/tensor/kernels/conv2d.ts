/**
 * Conv2D on WASM: the direct convolution in place of tfjs's (XNNPACK's), half as fast again.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { InternalError } from "../../errors.ts";
import { addressOf, makeOutput } from "../wasm_heap.ts";
import { windowsOf } from "./conv_windows.ts";
import { convolve, type Epilogue, NO_EPILOGUE } from "./convolve.ts";
import { kernelInputs, shape4 } from "./kernel_inputs.ts";
import { kernel } from "./module.ts";

/** tfjs's own kernel, kept for dilated convolutions, which ours does not do. */
const stock = tf.getKernel(tf.Conv2D, "wasm");

/** x [N, H, W, C] * filter [h, w, C, O] → [N, H', W', O], float32. */
export function conv2d(
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
    (packed) =>
      kernel("convPack")(
        addressOf(backend, filter),
        windows.kernelHeight * windows.kernelWidth * windows.channels,
        info.outChannels,
        packed,
      ),
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
    const attrs = args.attrs as unknown as tf.Conv2DAttrs;
    const info = tf.backend_util.computeConv2DInfo(
      shape4(x),
      shape4(filter),
      attrs.strides,
      attrs.dilations,
      attrs.pad,
      attrs.dimRoundingMode,
      false,
      tf.backend_util.convertConv2DDataFormat(attrs.dataFormat),
    );
    if (info.dilationHeight !== 1 || info.dilationWidth !== 1) {
      if (stock === undefined) {
        throw new InternalError("Cannot run Conv2D with dilation: tfjs's own kernel is missing");
      }
      return stock.kernelFunc(args);
    }
    return conv2d(args.backend as BackendWasm, x, filter, info);
  },
};
