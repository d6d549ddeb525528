/** Tensors that are computed from others but not differentiated through. @module */
import * as tf from "@tensorflow/tfjs";
import { withGradient } from "./with_gradient.ts";

/**
 * Runs `compute` as one node of the gradient tape instead of one for every operation inside, so
 * that nothing inside is kept for a gradient which nobody asks for.
 *
 * @param x What it computes from. @returns What `compute` returns; its gradient is zero.
 */
export function constant<T extends tf.Tensor>(x: tf.Tensor, compute: () => T): T {
  const { shape } = x;
  return withGradient([x], () => ({ value: compute(), gradient: () => [tf.zeros(shape)] }));
}
