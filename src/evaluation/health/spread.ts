/**
 * Spread: SimSiam's measure of collapse (Chen & He, "Exploring Simple Siamese Representation
 * Learning", 2021, figure 2): the standard deviation of each number of the unit vectors against the
 * 1/√d that vectors in all directions have.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";

/**
 * √d times the mean over dimensions of the standard deviation over rows.
 *
 * @param unit `[n, d]`, rows of length 1. @returns 0 where all rows are one vector, at most 1.
 */
export function spread(unit: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => {
    const deviation = tf.sqrt(tf.moments(unit, 0).variance);
    return tf.mul(tf.mean(deviation), Math.sqrt(unit.shape[1])).asScalar();
  });
}
