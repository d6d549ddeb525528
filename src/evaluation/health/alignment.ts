/**
 * Alignment (Wang & Isola, "Understanding Contrastive Representation Learning through Alignment and
 * Uniformity on the Hypersphere", ICML 2020, α = 2): how close the two views of an image are.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";

/**
 * Mean squared distance of the pairs.
 *
 * @param unit `[2k, d]`, rows of length 1; 2i and 2i+1 are a pair. @returns 0 (the same) .. 4.
 */
export function alignment(unit: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => {
    const [rows, dimensions] = unit.shape;
    const [a, b] = tf.unstack(unit.reshape([rows / 2, 2, dimensions]), 1);
    return tf.mean(tf.sum(tf.squaredDifference(a!, b!), 1)).asScalar();
  });
}
