/** Rows scaled to length 1. @module */
import * as tf from "@tensorflow/tfjs";

/** Each row over its length, `[n, d]`; zeros stay zeros. Neither overflows nor vanishes inside. */
export function unitRows(x: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    const largest = tf.max(tf.abs(x), 1, true);
    const scaled = tf.divNoNan(x, largest);
    const length = tf.sqrt(tf.sum(tf.square(scaled), 1, true));
    return tf.divNoNan(scaled, length) as tf.Tensor2D;
  });
}
