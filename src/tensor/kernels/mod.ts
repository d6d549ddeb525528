/**
 * The only list of our WASM kernels.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { runKernel } from "../wasm_heap.ts";
import { augmentImagesConfig } from "./augment.ts";
import {
  batchNormApplyConfig,
  batchNormApplyGradientConfig,
  batchNormReduceGradientConfig,
  batchNormStatisticsConfig,
} from "./batch_norm.ts";
import { conv2dConfig, fusedConv2dConfig } from "./conv2d.ts";
import { conv2dBackpropFilterConfig } from "./conv2d_backprop_filter.ts";
import { conv2dBackpropInputConfig } from "./conv2d_backprop_input.ts";
import {
  depthwiseConv2dBackpropFilterConfig,
  depthwiseConv2dBackpropInputConfig,
} from "./depthwise_conv2d_backprop.ts";
import { flatAdamConfig, flatLarsConfig, flatSgdConfig } from "./flat_updates.ts";
import { filterImagesConfig } from "./filter_images.ts";
import { frozenNetworkConfig } from "./frozen_network.ts";
import { globalAveragePoolConfig, globalAveragePoolGradientConfig } from "./global_average_pool.ts";
import { globalNormConfig } from "./global_norm.ts";
import { identityConfig } from "./identity.ts";
import { lookUpConfig } from "./look_up.ts";
import { batchMatMulConfig, fusedMatMulConfig } from "./mat_mul.ts";
import { normaliseRowsConfig } from "./normalise_rows.ts";
import { ntXentGradientConfig, ntXentRowsConfig } from "./nt_xent.ts";
import { avgPoolGradConfig, maxPoolGradConfig } from "./pool_grad.ts";
import { unsortedSegmentSumConfig } from "./unsorted_segment_sum.ts";

/** Every kernel that we add to tfjs's WASM backend or put in place of its own. */
export const kernelConfigs: tf.KernelConfig[] = [
  augmentImagesConfig,
  avgPoolGradConfig,
  batchMatMulConfig,
  batchNormApplyConfig,
  batchNormApplyGradientConfig,
  batchNormReduceGradientConfig,
  batchNormStatisticsConfig,
  conv2dBackpropFilterConfig,
  conv2dBackpropInputConfig,
  conv2dConfig,
  depthwiseConv2dBackpropFilterConfig,
  depthwiseConv2dBackpropInputConfig,
  flatAdamConfig,
  flatLarsConfig,
  flatSgdConfig,
  filterImagesConfig,
  fusedConv2dConfig,
  frozenNetworkConfig,
  fusedMatMulConfig,
  globalAveragePoolConfig,
  globalAveragePoolGradientConfig,
  globalNormConfig,
  identityConfig,
  lookUpConfig,
  maxPoolGradConfig,
  normaliseRowsConfig,
  ntXentGradientConfig,
  ntXentRowsConfig,
  unsortedSegmentSumConfig,
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
