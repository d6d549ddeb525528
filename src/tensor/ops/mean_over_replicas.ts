/** The mean of what replicas of equal share found. @module */
import type * as tf from "@tensorflow/tfjs";
import type { Collective } from "../../parallel/collective.ts";
import { allReduceSum } from "./replicas.ts";
import { withGradient } from "./with_gradient.ts";

/**
 * The mean over replicas of a scalar that is a mean over each one's own rows. Its gradient is that
 * of the own part, since gradients are summed over replicas afterwards.
 */
export function meanOverReplicas(x: tf.Scalar, collective: Collective): tf.Scalar {
  const { size } = collective;
  if (size === 1) return x;
  return withGradient<tf.Scalar>([x], () => ({
    value: allReduceSum(x, collective).div<tf.Scalar>(size),
    gradient: (dy) => [dy.div(size)],
  }));
}
