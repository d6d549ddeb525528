/**
 * Both gradients of the depthwise convolution on WASM, which tfjs does not have.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { addressOf, makeOutput } from "../wasm_heap.ts";
import { windowArguments, windowsOf } from "./conv_windows.ts";
import { kernelInputs, shape4 } from "./kernel_inputs.ts";
import { kernel } from "./module.ts";

/** dy [N, H', W', C * M], filter [h, w, C, M] → gradient of x [N, H, W, C], float32. */
export const depthwiseConv2dBackpropInputConfig: tf.KernelConfig = {
  kernelName: tf.DepthwiseConv2dNativeBackpropInput,
  backendName: "wasm",
  kernelFunc({ inputs, attrs, backend }) {
    const { dy, filter } = kernelInputs(inputs, "dy", "filter");
    const { inputShape, strides, pad, dilations, dimRoundingMode } =
      attrs as unknown as tf.DepthwiseConv2dNativeBackpropInputAttrs;
    const info = tf.backend_util.computeConv2DInfo(
      inputShape,
      shape4(filter),
      strides,
      dilations,
      pad,
      dimRoundingMode,
      true,
    );
    const windows = windowsOf(info, tf.DepthwiseConv2dNativeBackpropInput);
    const wasm = backend as BackendWasm;
    const { tensor, address } = makeOutput(wasm, inputShape);
    kernel("depthwiseInput")(
      ...windowArguments(windows),
      info.outChannels / info.inChannels,
      address,
      addressOf(wasm, dy),
      addressOf(wasm, filter),
    );
    return tensor;
  },
};

/** x [N, H, W, C], dy [N, H', W', C * M] → gradient of the filter [h, w, C, M], float32. */
export const depthwiseConv2dBackpropFilterConfig: tf.KernelConfig = {
  kernelName: tf.DepthwiseConv2dNativeBackpropFilter,
  backendName: "wasm",
  kernelFunc({ inputs, attrs, backend }) {
    const { x, dy } = kernelInputs(inputs, "x", "dy");
    const { filterShape, strides, pad, dilations, dimRoundingMode } =
      attrs as unknown as tf.DepthwiseConv2dNativeBackpropFilterAttrs;
    const info = tf.backend_util.computeConv2DInfo(
      shape4(x),
      filterShape,
      strides,
      dilations,
      pad,
      dimRoundingMode,
      true,
    );
    const windows = windowsOf(info, tf.DepthwiseConv2dNativeBackpropFilter);
    const wasm = backend as BackendWasm;
    const { tensor, address } = makeOutput(wasm, filterShape);
    kernel("depthwiseFilter")(
      ...windowArguments(windows),
      info.outChannels / info.inChannels,
      addressOf(wasm, x),
      addressOf(wasm, dy),
      address,
    );
    return tensor;
  },
};
