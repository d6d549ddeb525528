/** Whether an operation has a kernel of ours here. @module */
import * as tf from "@tensorflow/tfjs";

/**
 * Whether the current backend has the kernel; where it has not, the operation is composed of
 * tfjs's own.
 */
export function hasKernel(name: string): boolean {
  // tfjs's types leave out that it answers undefined.
  return (tf.getKernel(name, tf.getBackend()) as tf.KernelConfig | undefined) !== undefined;
}
