/**
 * The four passes of batch normalisation: our kernels where the backend has them, tfjs's own
 * operations elsewhere.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { constant } from "./constant.ts";

/** Mean and biased variance over all axes but the last, both `[C]`. */
export interface Statistics {
  mean: tf.Tensor1D;
  variance: tf.Tensor1D;
}

/** What normalising takes beside x. */
export interface Affine extends Statistics {
  gamma: tf.Tensor1D;
  beta: tf.Tensor1D;
}

/** What both passes of the gradient take. */
export interface Backward extends Statistics {
  dy: tf.Tensor;
  x: tf.Tensor;
  /** The output, if a ReLU was part of it. */
  y: tf.Tensor | undefined;
}

/** One way to compute them all. */
export interface BatchNormPasses {
  /** Not differentiated through. */
  statistics(x: tf.Tensor): Statistics;
  apply(
    x: tf.Tensor,
    affine: Affine,
    options: { epsilon: number; relu: boolean; residual: tf.Tensor | undefined },
  ): tf.Tensor;
  /** The gradients of beta and gamma from the rows that are here. */
  reduceGradient(
    backward: Backward,
    epsilon: number,
  ): { dBeta: tf.Tensor1D; dGamma: tf.Tensor1D };
  /** @param sums dBeta and dGamma over all replicas, which have `count` rows. */
  applyGradient(
    backward: Backward & { gamma: tf.Tensor1D },
    sums: { dBeta: tf.Tensor1D; dGamma: tf.Tensor1D; count: number },
    options: { epsilon: number; residual: boolean },
  ): { dx: tf.Tensor; dResidual: tf.Tensor | undefined };
}

/** An object without the keys whose value is undefined. */
function present(tensors: Record<string, tf.Tensor | undefined>): tf.NamedTensorMap {
  return Object.fromEntries(
    Object.entries(tensors).filter((entry): entry is [string, tf.Tensor] => entry[1] !== undefined),
  );
}

/** By our kernels of WASM (`src/tensor/kernels/`) or WebGPU (`src/tensor/programs/`). */
export const kernelPasses: BatchNormPasses = {
  statistics(x) {
    const [mean, variance] = tf.engine().runKernel<tf.Tensor1D[]>(
      "AlikeBatchNormStatistics",
      { x },
    );
    return { mean: mean!, variance: variance! };
  },
  apply(x, { mean, variance, gamma, beta }, { epsilon, relu, residual }) {
    const inputs = present({ x, mean, variance, gamma, beta, residual });
    return tf.engine().runKernel<tf.Tensor>("AlikeBatchNormApply", inputs, { epsilon, relu });
  },
  reduceGradient({ dy, x, y, mean, variance }, epsilon) {
    const [dBeta, dGamma] = tf.engine().runKernel<tf.Tensor1D[]>(
      "AlikeBatchNormReduceGradient",
      present({ dy, x, y, mean, variance }),
      { epsilon },
    );
    return { dBeta: dBeta!, dGamma: dGamma! };
  },
  applyGradient({ dy, x, y, mean, variance, gamma }, sums, { epsilon, residual }) {
    const inputs = { dy, x, y, mean, variance, gamma };
    const [dx, dResidual] = tf.engine().runKernel<tf.Tensor[]>(
      "AlikeBatchNormApplyGradient",
      present({ ...inputs, sumBeta: sums.dBeta, sumGamma: sums.dGamma }),
      { epsilon, count: sums.count, residual },
    );
    return { dx: dx!, dResidual };
  },
};

/** All axes but the last. */
function rowAxes(x: tf.Tensor): number[] {
  return Array.from({ length: x.rank - 1 }, (_, axis) => axis);
}

function masked({ dy, y }: Backward): tf.Tensor {
  return y === undefined ? dy : tf.mul(dy, tf.step(y));
}

function normalised({ x, mean, variance }: Backward, epsilon: number): tf.Tensor {
  return tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon)));
}

/** By tfjs's operations. */
export const composedPasses: BatchNormPasses = {
  statistics(x) {
    const stacked = constant(x, () => {
      const { mean, variance } = tf.moments(x, rowAxes(x));
      return tf.stack([mean, variance]);
    });
    const [mean, variance] = tf.unstack(stacked) as [tf.Tensor1D, tf.Tensor1D];
    return { mean, variance };
  },
  apply(x, { mean, variance, gamma, beta }, { epsilon, relu, residual }) {
    const scale = tf.mul(gamma, tf.rsqrt(tf.add(variance, epsilon)));
    let y = tf.add(tf.mul(tf.sub(x, mean), scale), beta);
    if (residual !== undefined) y = tf.add(y, residual);
    return relu ? tf.relu(y) : y;
  },
  reduceGradient(backward, epsilon) {
    const g = masked(backward);
    const axes = rowAxes(g);
    return {
      dBeta: tf.sum(g, axes),
      dGamma: tf.sum(tf.mul(g, normalised(backward, epsilon)), axes),
    };
  },
  applyGradient(backward, { dBeta, dGamma, count }, { epsilon, residual }) {
    const g = masked(backward);
    const mean = tf.div(tf.add(dBeta, tf.mul(normalised(backward, epsilon), dGamma)), count);
    const scale = tf.mul(backward.gamma, tf.rsqrt(tf.add(backward.variance, epsilon)));
    return { dx: tf.mul(tf.sub(g, mean), scale), dResidual: residual ? g : undefined };
  },
};
