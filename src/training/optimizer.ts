/**
 * Optimisers: how gradients change weights. State is kept in named variables, so that a checkpoint
 * holds all of it.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { OptimizerOptions } from "../schemas/recipe.ts";
import { adamUpdate } from "../tensor/ops/adam_update.ts";
import { sgdUpdate } from "../tensor/ops/sgd_update.ts";
import type { Buffer, Parameter } from "../tensor/parameter.ts";

/** Changes a fixed set of weights. */
export interface Optimizer {
  /**
   * One update.
   *
   * @param gradients One for each parameter, in their order.
   * @param step From 1: Adam's bias correction depends on it.
   */
  apply(gradients: tf.Tensor[], learningRate: number, step: number): void;
  /** Momentum and the like, by name. */
  state(): Buffer[];
  dispose(): void;
}

/** An optimiser with empty state. */
export function createOptimizer(options: OptimizerOptions, parameters: Parameter[]): Optimizer {
  const zeros = (kind: string): Buffer[] =>
    parameters.map(({ name, variable }) => ({
      name: `optimizer/${kind}/${name}`,
      variable: tf.tidy(() => tf.variable(tf.zeros(variable.shape), false)),
    }));
  const decayOf = (parameter: Parameter) => parameter.decay ? options.weightDecay : 0;
  switch (options.name) {
    case "adam": {
      const m = zeros("m");
      const v = zeros("v");
      const { beta1, beta2, epsilon } = options;
      return optimizer([...m, ...v], (i, gradient, learningRate, step) =>
        adamUpdate({
          variable: parameters[i]!.variable,
          gradient,
          m: m[i]!.variable,
          v: v[i]!.variable,
        }, {
          learningRate,
          beta1,
          beta2,
          epsilon,
          step,
          weightDecay: decayOf(parameters[i]!),
        }));
    }
    case "sgd": {
      const velocity = zeros("velocity");
      const { momentum, nesterov } = options;
      return optimizer(velocity, (i, gradient, learningRate) =>
        sgdUpdate({
          variable: parameters[i]!.variable,
          gradient,
          velocity: velocity[i]!.variable,
        }, { learningRate, momentum, nesterov, weightDecay: decayOf(parameters[i]!) }));
    }
    default:
      return options satisfies never;
  }
}

function optimizer(
  state: Buffer[],
  update: (index: number, gradient: tf.Tensor, learningRate: number, step: number) => void,
): Optimizer {
  return {
    apply: (gradients, learningRate, step) =>
      gradients.forEach((gradient, i) => update(i, gradient, learningRate, step)),
    state: () => state,
    dispose: () => state.forEach(({ variable }) => variable.dispose()),
  };
}
