/**
 * The only list of our WGSL programs, as kernels of tfjs's WebGPU backend under the names of
 * their WASM counterparts.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { adamUpdateConfig } from "./adam_update.ts";
import { sgdUpdateConfig } from "./sgd_update.ts";

/** Every kernel that we add to tfjs's WebGPU backend. */
export const programConfigs: tf.KernelConfig[] = [
  adamUpdateConfig,
  sgdUpdateConfig,
];

/** Registers them with tfjs; a second call changes nothing. */
export function registerPrograms(): void {
  for (const config of programConfigs) {
    if (tf.getKernel(config.kernelName, config.backendName)) {
      tf.unregisterKernel(config.kernelName, config.backendName);
    }
    tf.registerKernel(config);
  }
}
