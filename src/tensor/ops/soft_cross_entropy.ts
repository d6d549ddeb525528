/** Softmax cross-entropy with soft targets. @module */
import * as tf from "@tensorflow/tfjs";
import { withGradient } from "./with_gradient.ts";

/**
 * Sum over all rows and classes of −target · log softmax(logits).
 *
 * A row's targets need not sum to 1: that they sum to is the weight of the row, and a row of zeros
 * adds nothing, neither to the value nor to the gradient.
 *
 * @param logits `[N, C]`, float32. Differentiable.
 * @param targets `[N, C]`, float32, 0 or more. Not differentiable.
 */
export function softCrossEntropy(logits: tf.Tensor2D, targets: tf.Tensor2D): tf.Scalar {
  return withGradient<tf.Scalar>([logits], (save) => {
    const logProbabilities = tf.logSoftmax(logits);
    save([logProbabilities, targets]);
    return {
      value: tf.neg(tf.sum(tf.mul(targets, logProbabilities))) as tf.Scalar,
      gradient: (dy, saved) => {
        const [logProbabilities, targets] = saved as [tf.Tensor2D, tf.Tensor2D];
        const weights = tf.sum(targets, 1, true);
        return [tf.mul(tf.sub(tf.mul(tf.exp(logProbabilities), weights), targets), dy)];
      },
    };
  });
}
