/** How many numbers a tensor has. @module */
import type * as tf from "@tensorflow/tfjs";

/** The product of its axes. */
export function sizeOf({ shape }: Pick<tf.TensorInfo, "shape">): number {
  return shape.reduce((product, length) => product * length, 1);
}
