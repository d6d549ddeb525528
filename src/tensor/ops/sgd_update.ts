/**
 * One step of stochastic gradient descent with momentum, as `torch.optim.SGD` computes it
 * (dampening 0).
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { InternalError } from "../../errors.ts";
import { hasKernel } from "./has_kernel.ts";
import { ownData } from "./own_data.ts";

/** What a step reads and writes; all of one shape, float32. */
export interface SgdTensors {
  variable: tf.Variable;
  /** Read only; may be a tensor of any origin. */
  gradient: tf.Tensor;
  /** Zeros before the first step. */
  velocity: tf.Variable;
}

/** Hyperparameters of a step. */
export interface SgdOptions {
  learningRate: number;
  /** Share of the velocity that is kept; 0 for plain SGD. */
  momentum: number;
  /** Whether to look ahead along the velocity (Sutskever et al., 2013). */
  nesterov: boolean;
  /** L2 penalty added to the gradient. */
  weightDecay: number;
}

/**
 * Updates `variable` and `velocity`; on wasm and webgpu in place and in one pass.
 *
 * @throws {InternalError} If shapes differ.
 */
export function sgdUpdate(tensors: SgdTensors, options: SgdOptions): void {
  const { variable, gradient, velocity } = tensors;
  const { learningRate, momentum, nesterov, weightDecay } = options;
  for (const [name, { shape }] of Object.entries(tensors)) {
    if (!tf.util.arraysEqual(shape, variable.shape)) {
      throw new InternalError(
        `Cannot update ${variable.name}: it is [${variable.shape}], ${name} is [${shape}]`,
      );
    }
  }
  if (hasKernel("AlikeSgdUpdate")) {
    for (const written of [variable, velocity]) ownData(written);
    tf.engine().runKernel(
      "AlikeSgdUpdate",
      { variable, gradient, velocity },
      { learningRate, momentum, nesterov, weightDecay },
    );
    return;
  }
  tf.tidy(() => {
    const g = weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(variable, weightDecay));
    velocity.assign(tf.add(tf.mul(velocity, momentum), g));
    const move = nesterov ? tf.add(g, tf.mul(velocity, momentum)) : velocity;
    variable.assign(tf.sub(variable, tf.mul(move, learningRate)));
  });
}
