/** The Euclidean norm over many tensors together. @module */
import * as tf from "@tensorflow/tfjs";
import { hasKernel } from "./has_kernel.ts";

/**
 * √(Σ x²) over every number of all tensors; on wasm in one call, summed in double precision.
 *
 * Elsewhere stacked, not `addN`: that binds a buffer for each, and WebGPU drops every command that
 * was submitted with one of more than eight.
 *
 * @param tensors Float32, at least one.
 */
export function globalNorm(tensors: tf.Tensor[]): tf.Scalar {
  if (hasKernel("AlikeGlobalNorm")) {
    return tf.engine().runKernel("AlikeGlobalNorm", tensors as unknown as tf.NamedTensorMap);
  }
  return tf.tidy(() =>
    tf.sqrt(tf.stack(tensors.map((tensor) => tensor.square().sum())).sum()).asScalar()
  );
}
