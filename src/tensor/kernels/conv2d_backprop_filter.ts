/**
 * Conv2DBackpropFilter on WASM, which tfjs does not have (tfjs #8474).
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { addressOf, makeOutput } from "../wasm_heap.ts";
import { convFilter } from "./conv_filter.ts";
import { windowsOf } from "./conv_windows.ts";
import { kernelInputs, shape4 } from "./kernel_inputs.ts";

/** x [N, H, W, C], dy [N, H', W', O] → gradient of the filter [h, w, C, O], float32. */
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
    const windows = windowsOf(info, tf.Conv2DBackpropFilter);
    const wasm = backend as BackendWasm;
    const { tensor, address } = makeOutput(wasm, filterShape);
    convFilter(
      wasm,
      windows,
      addressOf(wasm, x),
      addressOf(wasm, dy),
      info.outChannels,
      address,
    );
    return tensor;
  },
};
