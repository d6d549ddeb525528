/**
 * Steps of optimisers over all parameters at once, each one call of a kernel, in place.
 *
 * The state (moments, velocity) is one flat variable for all parameters, one part after another in
 * their order. Parameters and gradients stay where they are: the kernel goes through a table of
 * their addresses. Only where {@linkcode hasFlatUpdates} says so; elsewhere the same steps are
 * `adam_update.ts`, `adamw_update.ts`, `sgd_update.ts` and `lars_update.ts`, which say what they
 * compute.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { InternalError } from "../../errors.ts";
import { type AdamOptions, adamRates } from "./adam_update.ts";
import { hasKernel } from "./has_kernel.ts";
import type { LarsOptions } from "./lars_update.ts";
import { ownData } from "./own_data.ts";
import type { SgdOptions } from "./sgd_update.ts";

/** What a step changes, and by what. */
export interface FlatParameters {
  variables: tf.Variable[];
  /** One for each variable, of its shape, float32; read only. */
  gradients: tf.Tensor[];
  /** Whether weight decay (and LARS's adaptation) is for each variable. */
  decayed: boolean[];
}

/** Whether the current backend has these kernels. */
export function hasFlatUpdates(): boolean {
  return hasKernel("AlikeFlatAdam");
}

/**
 * Adam, or AdamW if `decoupled`.
 *
 * @param m First moments, flat, zeros before step 1. @param v Second moments, likewise.
 * @throws {InternalError} If shapes differ or `step` is less than 1.
 */
export function flatAdamUpdate(
  parameters: FlatParameters,
  { m, v }: { m: tf.Variable; v: tf.Variable },
  options: AdamOptions & { decoupled: boolean },
): void {
  const { beta1, beta2, epsilon, learningRate, weightDecay, decoupled } = options;
  run("AlikeFlatAdam", parameters, [m, v], {
    beta1,
    beta2,
    epsilon,
    ...adamRates(options),
    decay: decoupled ? 0 : weightDecay,
    shrink: decoupled ? learningRate * weightDecay : 0,
  });
}

/**
 * SGD.
 *
 * @param velocity Flat, zeros before the first step. @throws {InternalError} If shapes differ.
 */
export function flatSgdUpdate(
  parameters: FlatParameters,
  velocity: tf.Variable,
  { learningRate, momentum, nesterov, weightDecay }: SgdOptions,
): void {
  run("AlikeFlatSgd", parameters, [velocity], {
    learningRate,
    momentum,
    nesterov,
    decay: weightDecay,
  });
}

/**
 * LARS.
 *
 * @param velocity Flat, zeros before the first step. @throws {InternalError} If shapes differ.
 */
export function flatLarsUpdate(
  parameters: FlatParameters,
  velocity: tf.Variable,
  { learningRate, momentum, nesterov, weightDecay, trust }: Omit<LarsOptions, "adapt">,
): void {
  run("AlikeFlatLars", parameters, [velocity], {
    learningRate,
    momentum,
    nesterov,
    decay: weightDecay,
    trust,
  });
}

function run(
  kernel: string,
  { variables, gradients, decayed }: FlatParameters,
  state: tf.Variable[],
  attributes: Record<string, number | boolean>,
): void {
  variables.forEach((variable, i) => {
    const gradient = gradients[i];
    if (gradient === undefined || !tf.util.arraysEqual(gradient.shape, variable.shape)) {
      throw new InternalError(
        `Cannot update ${variable.name}: it is [${variable.shape}], its gradient is ` +
          `[${gradient?.shape}]`,
      );
    }
  });
  const size = variables.reduce((sum, variable) => sum + variable.size, 0);
  for (const flat of state) {
    if (flat.size !== size) {
      throw new InternalError(
        `Cannot update ${size} parameters: the state is of ${flat.size}`,
      );
    }
  }
  for (const written of [...variables, ...state]) ownData(written);
  tf.engine().runKernel(
    kernel,
    // A list, as tfjs's own kernels of many inputs get it; its types only know the other form.
    [...variables, ...gradients, ...state] as unknown as tf.NamedTensorMap,
    { ...attributes, decayed },
  );
}
