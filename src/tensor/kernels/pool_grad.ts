/**
 * Gradients of max and average pooling on WASM, in place of tfjs's: those take 20 times as long as
 * the pooling, and average pooling's divides by the whole window where the forward pass divides by
 * the part of it that is inside the image.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { UnsupportedError } from "../../errors.ts";
import { addressOf, makeOutput } from "../wasm_heap.ts";
import { windowArguments, type Windows, windowsOf } from "./conv_windows.ts";
import { kernelInputs, shape4 } from "./kernel_inputs.ts";
import { kernel } from "./module.ts";

/** The windows of a pooling over float32 images. */
function poolWindows(
  input: tf.TensorInfo,
  { filterSize, strides, pad, dimRoundingMode }: tf.MaxPoolGradAttrs,
  kernelName: string,
): Windows {
  if (input.dtype !== "float32") {
    throw new UnsupportedError(
      `Cannot run ${kernelName}: the images must be float32, got ${input.dtype}`,
    );
  }
  const info = tf.backend_util.computePool2DInfo(
    shape4(input),
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  return windowsOf(info, kernelName);
}

/** dy [N, H', W', C], input [N, H, W, C] → gradient of the input, float32. */
export const maxPoolGradConfig: tf.KernelConfig = {
  kernelName: tf.MaxPoolGrad,
  backendName: "wasm",
  kernelFunc({ inputs, attrs, backend }) {
    const { dy, input } = kernelInputs(inputs, "dy", "input");
    const windows = poolWindows(input, attrs as unknown as tf.MaxPoolGradAttrs, tf.MaxPoolGrad);
    const wasm = backend as BackendWasm;
    const { tensor, address } = makeOutput(wasm, input.shape);
    kernel("maxPoolGradient")(
      ...windowArguments(windows),
      addressOf(wasm, input),
      addressOf(wasm, dy),
      address,
    );
    return tensor;
  },
};

/** dy [N, H', W', C], input [N, H, W, C] → gradient of the input, float32. */
export const avgPoolGradConfig: tf.KernelConfig = {
  kernelName: tf.AvgPoolGrad,
  backendName: "wasm",
  kernelFunc({ inputs, attrs, backend }) {
    const { dy, input } = kernelInputs(inputs, "dy", "input");
    const windows = poolWindows(input, attrs as unknown as tf.MaxPoolGradAttrs, tf.AvgPoolGrad);
    const wasm = backend as BackendWasm;
    const { tensor, address } = makeOutput(wasm, input.shape);
    kernel("averagePoolGradient")(...windowArguments(windows), addressOf(wasm, dy), address);
    return tensor;
  },
};
