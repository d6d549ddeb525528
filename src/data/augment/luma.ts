/** Luma: the grey of a colour, with torchvision's weights (rgb_to_grayscale). @module */
import * as tf from "@tensorflow/tfjs";

/** @param x [n, h, w, c]; one channel is its own luma. @returns [n, h, w, 1]. */
export function luma(x: tf.Tensor4D): tf.Tensor4D {
  if (x.shape[3] === 1) return x.clone();
  return tf.tidy(() => x.mul(tf.tensor1d([0.2989, 0.587, 0.114])).sum<tf.Tensor4D>(3, true));
}
