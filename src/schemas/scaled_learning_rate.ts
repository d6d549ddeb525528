/** How the learning rate follows the batch size. @module */
import type { OptimizerOptions } from "./recipe.ts";

/** The batch that learning rates are given for, images: that of Goyal et al. and of SimCLR. */
const REFERENCE_BATCH = 256;

/**
 * The highest learning rate of a run with batches of `batchSize` images.
 *
 * `linear`: times B / 256 (Goyal et al., "Accurate, Large Minibatch SGD", 2017, arXiv:1706.02677);
 * SimCLR's 0.3 · B / 256. `sqrt`: times √(B / 256), which keeps the gradient's variance (Krizhevsky,
 * "One weird trick", 2014, arXiv:1404.5997); SimCLR's 0.075 · √B is a rate of 1.2 (Chen et al. 2020,
 * appendix B.1).
 */
export function scaledLearningRate(
  { learningRate, scaling }: Pick<OptimizerOptions, "learningRate" | "scaling">,
  batchSize: number,
): number {
  switch (scaling) {
    case "none":
      return learningRate;
    case "linear":
      return learningRate * batchSize / REFERENCE_BATCH;
    case "sqrt":
      return learningRate * Math.sqrt(batchSize / REFERENCE_BATCH);
    default:
      return scaling satisfies never;
  }
}
