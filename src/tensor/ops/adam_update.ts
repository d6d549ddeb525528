/**
 * One step of Adam.
 *
 * Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2014 (arXiv:1412.6980), as
 * `torch.optim.Adam` computes it: weight decay is added to the gradient (L2), and epsilon to the
 * root of the corrected second moment.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { InternalError } from "../../errors.ts";
import { hasKernel } from "./has_kernel.ts";
import { ownData } from "./own_data.ts";

/** What a step reads and writes; all of one shape, float32. */
export interface AdamTensors {
  variable: tf.Variable;
  /** Read only; may be a tensor of any origin. */
  gradient: tf.Tensor;
  /** First moment, zeros before step 1. */
  m: tf.Variable;
  /** Second moment, zeros before step 1. */
  v: tf.Variable;
}

/** Hyperparameters of a step. */
export interface AdamOptions {
  learningRate: number;
  /** Decay of the first moment, in [0, 1). */
  beta1: number;
  /** Decay of the second moment, in [0, 1). */
  beta2: number;
  epsilon: number;
  /** Which step this is, from 1. */
  step: number;
  /** L2 penalty added to the gradient. */
  weightDecay: number;
}

/**
 * Updates `variable`, `m` and `v`; on wasm and webgpu in place and in one pass.
 *
 * @throws {InternalError} If shapes differ or `step` is less than 1.
 */
export function adamUpdate(tensors: AdamTensors, options: AdamOptions): void {
  const { variable, gradient, m, v } = tensors;
  const { learningRate, beta1, beta2, epsilon, step, weightDecay } = options;
  for (const [name, { shape }] of Object.entries(tensors)) {
    if (!tf.util.arraysEqual(shape, variable.shape)) {
      throw new InternalError(
        `Cannot update ${variable.name}: it is [${variable.shape}], ${name} is [${shape}]`,
      );
    }
  }
  if (!(step >= 1)) {
    throw new InternalError(`Cannot update ${variable.name}: steps count from 1, not ${step}`);
  }
  const rate = learningRate / (1 - beta1 ** step);
  const correction = 1 / Math.sqrt(1 - beta2 ** step);
  if (hasKernel("AlikeAdamUpdate")) {
    for (const written of [variable, m, v]) ownData(written);
    tf.engine().runKernel(
      "AlikeAdamUpdate",
      { variable, gradient, m, v },
      { beta1, beta2, rate, correction, epsilon, weightDecay },
    );
    return;
  }
  tf.tidy(() => {
    const g = weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(variable, weightDecay));
    m.assign(tf.add(tf.mul(m, beta1), tf.mul(g, 1 - beta1)));
    v.assign(tf.add(tf.mul(v, beta2), tf.mul(tf.square(g), 1 - beta2)));
    const root = tf.add(tf.mul(tf.sqrt(v), correction), epsilon);
    variable.assign(tf.sub(variable, tf.div(tf.mul(m, rate), root)));
  });
}
