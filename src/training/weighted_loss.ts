/**
 * Weighted loss: what one parameter group minimises over all tasks of a network, from the heads'
 * outputs for the whole batch.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Network } from "../objectives/network.ts";
import type { Tensors } from "../objectives/objective.ts";
import type { Collective } from "../parallel/collective.ts";
import type { ParameterGroup } from "../tensor/parameter.ts";

/** What {@linkcode weightedLoss} needs to know of a run. */
export interface WeightedLossOptions {
  network: Network;
  /** The weight of each task's loss, in the order of the network's tasks. */
  weights: number[];
  collective: Collective;
}

/** A task's outputs and what they are compared with. */
export type TaskOutputs = {
  outputs: Tensors;
  targets: Tensors;
};

/**
 * The sum of the group's losses, each by its weight. Differentiable in the outputs.
 *
 * @param tasks In the order of the network's tasks. @param metrics Filled in where given.
 */
export function weightedLoss(
  { network, weights, collective }: WeightedLossOptions,
  group: ParameterGroup,
  tasks: TaskOutputs[],
  metrics: Record<string, tf.Scalar> | null,
): tf.Scalar {
  const losses: tf.Scalar[] = [];
  network.tasks.forEach(({ objective }, i) => {
    const { outputs, targets } = tasks[i]!;
    const loss = objective.losses(outputs, targets, collective)[group];
    if (loss !== undefined) losses.push(weights[i] === 1 ? loss : loss.mul(weights[i]!));
    if (metrics === null) return;
    const shown = objective.metrics(outputs, targets, collective);
    for (const [name, value] of Object.entries(shown)) {
      metrics[name] = tf.keep(value);
    }
    if (network.tasks.length > 1 && loss !== undefined) {
      metrics[`${objective.spec.name}Loss`] = tf.keep(loss.clone());
    }
  });
  return losses.length === 1 ? losses[0]! : tf.addN(losses).asScalar();
}
