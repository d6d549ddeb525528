/**
 * One step of LARS.
 *
 * You, Gitman and Ginsburg, "Large Batch Training of Convolutional Networks", 2017
 * (arXiv:1708.03888), in the form that SimCLR was trained with: weight decay is added to the
 * gradient before its norm is taken, and the velocity holds moves, the learning rate in them.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { InternalError } from "../../errors.ts";
import type { SgdOptions, SgdTensors } from "./sgd_update.ts";

/** Hyperparameters of a step. */
export interface LarsOptions extends SgdOptions {
  /** The trust coefficient: how far a step may go, as a share of the weights' norm. */
  trust: number;
  /** Whether the rate follows the norms; not for biases and normalisation. */
  adapt: boolean;
}

/**
 * g = gradient + weightDecay · variable; rate = learningRate · trust · |variable| / |g|, or
 * learningRate where a norm is zero or `adapt` is false; velocity = momentum · velocity + rate · g.
 *
 * @throws {InternalError} If shapes differ.
 */
export function larsUpdate(tensors: SgdTensors, options: LarsOptions): void {
  const { variable, gradient, velocity } = tensors;
  const { learningRate, momentum, nesterov, weightDecay, trust, adapt } = options;
  for (const [name, { shape }] of Object.entries(tensors)) {
    if (!tf.util.arraysEqual(shape, variable.shape)) {
      throw new InternalError(
        `Cannot update ${variable.name}: it is [${variable.shape}], ${name} is [${shape}]`,
      );
    }
  }
  tf.tidy(() => {
    const g = weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(variable, weightDecay));
    const move = tf.mul(
      g,
      adapt ? tf.mul(trustRatio(variable, g, trust), learningRate) : learningRate,
    );
    velocity.assign(tf.add(tf.mul(velocity, momentum), move));
    const step = nesterov ? tf.add(move, tf.mul(velocity, momentum)) : velocity;
    variable.assign(tf.sub(variable, step));
  });
}

/** trust · |w| / |g|, or 1 where one of them is zero. */
function trustRatio(w: tf.Tensor, g: tf.Tensor, trust: number): tf.Tensor {
  const norm = (x: tf.Tensor) => tf.sqrt(tf.sum(tf.square(x)));
  const [weight, slope] = [norm(w), norm(g)];
  const both = tf.logicalAnd(tf.greater(weight, 0), tf.greater(slope, 0));
  return tf.where(both, tf.mul(tf.divNoNan(weight, slope), trust), tf.onesLike(weight));
}
