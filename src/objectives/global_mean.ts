/** A replica's mean loss as the mean over all replicas. @module */
import * as tf from "@tensorflow/tfjs";
import type { Collective } from "../parallel/collective.ts";

/**
 * The mean of a loss over replicas with equal shares of the batch.
 *
 * Its gradient with respect to this replica's values is 1/size of the local one, so that summing
 * the weights' gradients over replicas gives the gradient of the mean.
 */
export function globalMean(loss: tf.Scalar, collective: Collective): tf.Scalar {
  if (collective.size === 1) return loss;
  const op = tf.customGrad((x) => {
    const local = x as tf.Scalar;
    const sum = new Float32Array(local.dataSync());
    collective.allReduceSum(sum);
    return {
      value: tf.scalar(sum[0]! / collective.size),
      gradFunc: (dy: tf.Tensor) => [dy.div(collective.size)],
    };
  });
  return op(loss) as tf.Scalar;
}
