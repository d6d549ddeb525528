/** Operations whose gradient we give ourselves. @module */
import * as tf from "@tensorflow/tfjs";

/** What an operation answers: its value, and how its gradient comes from that of its value. */
export interface Differentiable<T extends tf.Tensor> {
  value: T;
  /**
   * @param dy The gradient of the value. @param saved What was saved, in the same order.
   * @returns The gradient of each input, in the order of `inputs`.
   */
  gradient(dy: T, saved: tf.Tensor[]): tf.Tensor[];
}

/**
 * `tf.customGrad` with types: runs `forward` as one node of the gradient tape.
 *
 * The gradient must reach every tensor it needs through `save`: others are gone by then.
 *
 * @param inputs What the value is differentiable in.
 */
export function withGradient<T extends tf.Tensor>(
  inputs: tf.Tensor[],
  forward: (save: (tensors: tf.Tensor[]) => void) => Differentiable<T>,
): T {
  return tf.customGrad<T>((...args) => {
    const { value, gradient } = forward(args.at(-1) as (tensors: tf.Tensor[]) => void);
    return { value, gradFunc: gradient };
  })(...inputs);
}
