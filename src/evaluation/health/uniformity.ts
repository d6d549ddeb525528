/**
 * Uniformity (Wang & Isola, ICML 2020, t = 2): how evenly vectors lie on the sphere.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";

/** t of the paper. */
const T = 2;

/**
 * log of the mean over pairs of images of exp(−2 × squared distance), for the first and the second
 * views apart and then averaged, as the paper's own code does.
 *
 * @param unit `[2k, d]` with k ≥ 2, rows of length 1; 2i and 2i+1 are views of one image.
 * @returns 0 (one point) down to −4k/(k−1) at the least.
 */
export function uniformity(unit: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => {
    const [rows, dimensions] = unit.shape;
    const views = tf.unstack(unit.reshape([rows / 2, 2, dimensions]), 1) as tf.Tensor2D[];
    const [first, second] = views.map(ofOneView);
    return tf.div(tf.add(first!, second!), 2).asScalar();
  });
}

function ofOneView(unit: tf.Tensor2D): tf.Tensor {
  const [n] = unit.shape;
  const cosine = tf.matMul(unit, unit, false, true);
  const kernel = tf.exp(tf.mul(tf.sub(cosine, 1), 2 * T));
  // The diagonal, each vector with itself, does not count.
  const others = tf.sub(tf.sum(kernel), tf.sum(tf.mul(kernel, tf.eye(n))));
  return tf.log(tf.div(others, n * (n - 1)));
}
