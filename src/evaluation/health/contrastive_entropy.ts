/**
 * Entropy of what NT-Xent compares with: of the softmax, for each view, over all other views.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";

/** Less than any similarity over any temperature. */
const NOTHING = -1e30;

/**
 * Mean over rows i of −Σ_{k≠i} s(i,k) ln s(i,k), s as in NT-Xent.
 *
 * @param unit `[n, d]`, rows of length 1. @param temperature τ.
 * @returns Nats; ln(n − 1) where no view is told from another, near 0 where each sees one alone.
 */
export function contrastiveEntropy(unit: tf.Tensor2D, temperature: number): tf.Scalar {
  return tf.tidy(() => {
    const [n] = unit.shape;
    const self = tf.eye(n).cast("bool");
    const similarity = tf.div(tf.matMul(unit, unit, false, true), temperature);
    const others = tf.where(self, tf.fill([n, n], NOTHING), similarity);
    const logarithm = tf.sub(others, tf.logSumExp(others, 1, true));
    const share = tf.exp(logarithm);
    // 0 × ln 0 is 0 here: a share that has vanished has a large but finite logarithm.
    return tf.neg(tf.div(tf.sum(tf.mul(share, logarithm)), n)).asScalar();
  });
}
