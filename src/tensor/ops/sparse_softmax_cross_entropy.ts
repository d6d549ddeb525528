/**
 * Softmax cross-entropy with whole-number labels.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { InternalError } from "../../errors.ts";
import type { Collective } from "../../parallel/collective.ts";
import { allReduceSum } from "./replicas.ts";
import { withGradient } from "./with_gradient.ts";

/** Options of {@linkcode sparseSoftmaxCrossEntropy}. */
export interface SparseSoftmaxCrossEntropyOptions {
  /** The replicas whose rows the mean is over; without, this one's alone. */
  collective?: Collective;
}

/**
 * Mean over all rows of −log softmax(logits)[label].
 *
 * Composed of tfjs's operations on every backend, with a gradient of its own so that the softmax
 * is all that is kept. With several replicas each gives its own rows, and gets the global mean and
 * its gradient with respect to its own rows.
 *
 * @param logits `[N, C]`, float32. Differentiable.
 * @param labels `[N]`, int32, 0..C-1; one that is not makes the loss NaN.
 * @throws {InternalError} If there is not one label a row, or are fewer than two classes.
 */
export function sparseSoftmaxCrossEntropy(
  logits: tf.Tensor2D,
  labels: tf.Tensor1D,
  { collective }: SparseSoftmaxCrossEntropyOptions = {},
): tf.Scalar {
  const [rows, classes] = logits.shape;
  if (labels.shape[0] !== rows || rows === 0) {
    throw new InternalError(
      `Cannot compute the cross-entropy: ${rows} rows have ${labels.shape[0]} labels`,
    );
  }
  if (classes < 2) {
    throw new InternalError(
      `Cannot compute the cross-entropy: there must be 2 classes, ${classes}`,
    );
  }
  return withGradient<tf.Scalar>([logits], (save) => {
    const logProbabilities = tf.logSoftmax(logits);
    const target = tf.oneHot(tf.cast(labels, "int32"), classes) as tf.Tensor2D;
    const float = tf.cast(target, "float32");
    const picked = tf.sum(tf.mul(float, logProbabilities), 1);
    // 0 / 0 where the label is none of the classes.
    const sum = tf.neg(tf.sum(tf.div(picked, tf.sum(float, 1)))) as tf.Scalar;
    const [total, count] = sumOverReplicas(sum, rows, collective);
    save([logProbabilities, float]);
    return {
      value: tf.div(total, count) as tf.Scalar,
      gradient: (dy, saved) => {
        const [logProbabilities, float] = saved as [tf.Tensor2D, tf.Tensor2D];
        const excess = tf.sub(tf.exp(logProbabilities), float);
        return [tf.mul(excess, tf.div(dy, count))];
      },
    };
  });
}

/** A sum over rows, and the number of rows, here or over all replicas. */
function sumOverReplicas(
  sum: tf.Scalar,
  rows: number,
  collective: Collective | undefined,
): [total: tf.Scalar, count: number] {
  if (collective === undefined || collective.size === 1) return [sum, rows];
  const both = allReduceSum(tf.stack([sum, tf.scalar(rows)]), collective);
  const [total, count] = tf.unstack(both) as [tf.Scalar, tf.Scalar];
  return [total, count.dataSync()[0]!];
}
