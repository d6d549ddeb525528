/** Tensors to write into. @module */
import type * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";

/** A float32 tensor whose numbers are not set yet. */
export function makeOutput(backend: WebGPUBackend, shape: number[]): tf.TensorInfo {
  return backend.makeTensorInfo(shape, "float32");
}
