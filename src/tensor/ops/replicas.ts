/**
 * Small tensors through a collective.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { UnsupportedError } from "../../errors.ts";
import type { Collective } from "../../parallel/collective.ts";

/**
 * A tensor's numbers, now.
 *
 * @throws {UnsupportedError} On a GPU, whose numbers only come asynchronously.
 */
export function readSync(tensor: tf.Tensor): Float32Array {
  if (tf.getBackend() === "webgpu") {
    throw new UnsupportedError(
      "Cannot run several replicas on webgpu: they meet in the middle of a step, and a GPU's " +
        "numbers cannot be read there",
    );
  }
  return tensor.dataSync<"float32">();
}

/** The sum over replicas; the tensor itself where there is one replica. */
export function allReduceSum<T extends tf.Tensor>(tensor: T, collective: Collective): T {
  if (collective.size === 1) return tensor;
  const values = readSync(tensor).slice();
  collective.allReduceSum(values);
  return tf.tensor(values, tensor.shape) as T;
}

/** Every replica's rows one after another; the tensor itself where there is one replica. */
export function allGatherRows<T extends tf.Tensor>(tensor: T, collective: Collective): T {
  if (collective.size === 1) return tensor;
  const [rows, ...row] = tensor.shape;
  const values = collective.allGather(readSync(tensor));
  return tf.tensor(values, [rows! * collective.size, ...row]) as T;
}
