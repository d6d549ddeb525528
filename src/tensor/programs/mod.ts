/**
 * The only list of our WGSL programs, as kernels of tfjs's WebGPU backend under the names of
 * their WASM counterparts.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { adamUpdateConfig } from "./adam_update.ts";
import { augmentImagesConfig } from "./augment.ts";
import { batchNormApplyConfig } from "./batch_norm_apply.ts";
import { batchNormApplyGradientConfig } from "./batch_norm_apply_gradient.ts";
import { batchNormReduceGradientConfig } from "./batch_norm_reduce_gradient.ts";
import { batchNormStatisticsConfig } from "./batch_norm_statistics.ts";
import { globalAveragePoolConfig, globalAveragePoolGradientConfig } from "./global_average_pool.ts";
import { normaliseRowsConfig } from "./normalise_rows.ts";
import { ntXentGradientConfig } from "./nt_xent_gradient.ts";
import { ntXentRowsConfig } from "./nt_xent_rows.ts";
import { runningStatisticsConfig } from "./running_statistics.ts";
import { sgdUpdateConfig } from "./sgd_update.ts";

/** Every kernel that we add to tfjs's WebGPU backend. */
export const programConfigs: tf.KernelConfig[] = [
  adamUpdateConfig,
  augmentImagesConfig,
  batchNormApplyConfig,
  batchNormApplyGradientConfig,
  batchNormReduceGradientConfig,
  batchNormStatisticsConfig,
  globalAveragePoolConfig,
  globalAveragePoolGradientConfig,
  normaliseRowsConfig,
  ntXentGradientConfig,
  ntXentRowsConfig,
  runningStatisticsConfig,
  sgdUpdateConfig,
];

/** Registers them with tfjs; a second call changes nothing. */
export function registerPrograms(): void {
  unregisterPrograms();
  for (const config of programConfigs) tf.registerKernel(config);
}

/**
 * Takes them out again, so that operations are composed of tfjs's own: what tests and benchmarks
 * compare with.
 */
export function unregisterPrograms(): void {
  for (const { kernelName, backendName } of programConfigs) {
    // Unregistering what is not there is a warning.
    if (tf.getKernel(kernelName, backendName)) tf.unregisterKernel(kernelName, backendName);
  }
}
