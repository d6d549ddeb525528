/**
 * Resolves what of a recipe depends on the batch and on the run's length: the learning rate's
 * scaling, and a warm-up given in epochs.
 *
 * @module
 */
import type { FieldError } from "../errors.ts";
import {
  HIGHEST_LEARNING_RATE,
  LONGEST_WARMUP,
  type OptimizerOptions,
  type Recipe,
  type ScheduleOptions,
} from "../schemas/recipe.ts";
import { scaledLearningRate } from "../schemas/scaled_learning_rate.ts";
import type { Budget } from "../schemas/train.ts";

/** The run that a recipe is for. */
export interface RunLength {
  batchSize: number;
  budget: Budget;
  /** Steps that see each item once. */
  stepsPerEpoch: number;
}

/** The recipe with its learning rate scaled and its warm-up as a share; adds what is impossible. */
export function resolveOptimization(
  recipe: Recipe,
  run: RunLength,
  faults: FieldError[],
): Recipe {
  return {
    ...recipe,
    optimizer: resolveOptimizer(recipe.optimizer, run, faults),
    schedule: resolveSchedule(recipe.schedule, run, faults),
  };
}

function resolveOptimizer(
  optimizer: OptimizerOptions,
  { batchSize }: RunLength,
  faults: FieldError[],
): OptimizerOptions {
  const learningRate = scaledLearningRate(optimizer, batchSize);
  if (learningRate > HIGHEST_LEARNING_RATE) {
    faults.push({
      path: "recipe.optimizer.learningRate",
      rule:
        `must be at most ${HIGHEST_LEARNING_RATE} once scaled (${optimizer.scaling}) to batches of ` +
        `${batchSize}, it is ${learningRate}`,
      value: optimizer.learningRate,
    });
  }
  return { ...optimizer, learningRate, scaling: "none" };
}

function resolveSchedule(
  schedule: ScheduleOptions,
  { budget, stepsPerEpoch }: RunLength,
  faults: FieldError[],
): ScheduleOptions {
  const { warmupEpochs } = schedule;
  if (warmupEpochs === null) return schedule;
  const fault = (rule: string) =>
    faults.push({ path: "recipe.schedule.warmupEpochs", rule, value: warmupEpochs });
  if ("minutes" in budget) {
    fault("must be null for a run in minutes, whose epochs nobody knows; give warmup, a share");
    return schedule;
  }
  const warmup = warmupEpochs * stepsPerEpoch / budget.steps;
  if (warmup > LONGEST_WARMUP) {
    const epochs = budget.steps / stepsPerEpoch;
    fault(
      `must be at most ${LONGEST_WARMUP} of the run, which has ${Number(epochs.toFixed(2))} epochs`,
    );
  }
  return { ...schedule, warmup, warmupEpochs: null };
}
