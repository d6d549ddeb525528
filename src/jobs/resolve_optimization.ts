/**
 * Resolves what of a recipe depends on the batch and on the run's length: the learning rate's
 * scaling, and a warm-up given in epochs.
 *
 * @module
 */
import type { FieldError } from "../errors.ts";
import { OptimizerOptions, type Recipe, ScheduleOptions } from "../schemas/recipe.ts";
import { scaledLearningRate } from "../schemas/scaled_learning_rate.ts";
import type { Budget } from "../schemas/train.ts";

/** Where in a request the fields are, and what they may be. */
const HIGHEST_RATE = 100;
const HIGHEST_WARMUP = 0.9;

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
  if (learningRate > HIGHEST_RATE) {
    faults.push({
      path: "recipe.optimizer.learningRate",
      rule: `must be at most ${HIGHEST_RATE} once scaled (${optimizer.scaling}) to batches of ` +
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
  if (warmup > HIGHEST_WARMUP) {
    const epochs = budget.steps / stepsPerEpoch;
    fault(`must be at most ${HIGHEST_WARMUP} of the run, which has ${Number(epochs.toFixed(2))}`);
  }
  return { ...schedule, warmup, warmupEpochs: null };
}
