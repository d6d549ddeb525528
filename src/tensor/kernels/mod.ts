/**
 * The only list of our WASM kernels.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { runKernel } from "../wasm_heap.ts";
import { conv2dConfig, fusedConv2dConfig } from "./conv2d.ts";
import { conv2dBackpropFilterConfig } from "./conv2d_backprop_filter.ts";
import { conv2dBackpropInputConfig } from "./conv2d_backprop_input.ts";
import {
  depthwiseConv2dBackpropFilterConfig,
  depthwiseConv2dBackpropInputConfig,
} from "./depthwise_conv2d_backprop.ts";
import { batchMatMulConfig, fusedMatMulConfig } from "./mat_mul.ts";
import { avgPoolGradConfig, maxPoolGradConfig } from "./pool_grad.ts";

/** Every kernel that we add to tfjs's WASM backend or put in place of its own. */
export const kernelConfigs: tf.KernelConfig[] = [
  conv2dConfig,
  fusedConv2dConfig,
  conv2dBackpropFilterConfig,
  conv2dBackpropInputConfig,
  depthwiseConv2dBackpropFilterConfig,
  depthwiseConv2dBackpropInputConfig,
  batchMatMulConfig,
  fusedMatMulConfig,
  avgPoolGradConfig,
  maxPoolGradConfig,
];

/** Registers them with tfjs; a second call changes nothing. */
export function registerKernels(): void {
  for (const config of kernelConfigs) {
    if (tf.getKernel(config.kernelName, config.backendName)) {
      tf.unregisterKernel(config.kernelName, config.backendName);
    }
    tf.registerKernel({
      ...config,
      kernelFunc: (args) => runKernel(args.backend as BackendWasm, () => config.kernelFunc(args)),
    });
  }
}
