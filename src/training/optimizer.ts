/**
 * Optimisers: how gradients change weights.
 *
 * Where the backend has the kernels, a step is one call for all parameters, over flat state; else
 * one update a parameter.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import type { OptimizerOptions } from "../schemas/recipe.ts";
import { adamUpdate } from "../tensor/ops/adam_update.ts";
import { adamwUpdate } from "../tensor/ops/adamw_update.ts";
import {
  flatAdamUpdate,
  flatLarsUpdate,
  flatSgdUpdate,
  hasFlatUpdates,
} from "../tensor/ops/flat_updates.ts";
import { larsUpdate } from "../tensor/ops/lars_update.ts";
import { sgdUpdate } from "../tensor/ops/sgd_update.ts";
import type { Parameter } from "../tensor/parameter.ts";
import { FlatState } from "./flat_state.ts";
import type { OptimizerState } from "./optimizer_state.ts";
import { SeparateState } from "./separate_state.ts";

/** Changes a fixed set of weights. */
export interface Optimizer {
  /**
   * One update.
   *
   * @param gradients One for each parameter, in their order.
   * @param step From 1: Adam's bias correction depends on it.
   */
  apply(gradients: tf.Tensor[], learningRate: number, step: number): void;
  /** Momentum and the like. */
  readonly state: OptimizerState;
}

/** An optimiser with empty state. */
export function createOptimizer(options: OptimizerOptions, parameters: Parameter[]): Optimizer {
  const decayed = parameters.map(({ decay }) => options.exclude === "none" || decay);
  return hasFlatUpdates()
    ? flatOptimizer(options, parameters, decayed)
    : separateOptimizer(options, parameters, decayed);
}

function flatOptimizer(
  options: OptimizerOptions,
  parameters: Parameter[],
  decayed: boolean[],
): Optimizer {
  const variables = parameters.map(({ variable }) => variable);
  switch (options.name) {
    case "adam":
    case "adamw": {
      const state = new FlatState(["m", "v"], parameters);
      const decoupled = options.name === "adamw";
      return {
        state,
        apply: (gradients, learningRate, step) =>
          flatAdamUpdate({ variables, gradients, decayed }, state.variables, {
            ...options,
            learningRate,
            step,
            decoupled,
          }),
      };
    }
    case "sgd":
    case "lars": {
      const state = new FlatState(["velocity"], parameters);
      const { velocity } = state.variables;
      return {
        state,
        apply: (gradients, learningRate) =>
          options.name === "lars"
            ? flatLarsUpdate({ variables, gradients, decayed }, velocity, {
              ...options,
              learningRate,
            })
            : flatSgdUpdate({ variables, gradients, decayed }, velocity, {
              ...options,
              learningRate,
            }),
      };
    }
    default:
      return options satisfies never;
  }
}

function separateOptimizer(
  options: OptimizerOptions,
  parameters: Parameter[],
  decayed: boolean[],
): Optimizer {
  switch (options.name) {
    case "adam":
    case "adamw": {
      const state = new SeparateState(["m", "v"], parameters);
      const update = options.name === "adam" ? adamUpdate : adamwUpdate;
      return {
        state,
        apply: (gradients, learningRate, step) =>
          parameters.forEach(({ variable }, i) =>
            update({
              variable,
              gradient: gradients[i]!,
              m: state.variable("m", i),
              v: state.variable("v", i),
            }, {
              ...options,
              learningRate,
              step,
              weightDecay: decayed[i] ? options.weightDecay : 0,
            })
          ),
      };
    }
    case "sgd":
    case "lars": {
      const state = new SeparateState(["velocity"], parameters);
      return {
        state,
        apply: (gradients, learningRate) =>
          parameters.forEach(({ variable }, i) => {
            const tensors = {
              variable,
              gradient: gradients[i]!,
              velocity: state.variable("velocity", i),
            };
            const weightDecay = decayed[i] ? options.weightDecay : 0;
            const shared = { ...options, learningRate, weightDecay };
            if (options.name === "sgd") sgdUpdate(tensors, shared);
            else larsUpdate(tensors, { ...shared, trust: options.trust, adapt: decayed[i]! });
          }),
      };
    }
    default:
      return options satisfies never;
  }
}
