/**
 * The running mean and variance of batch normalisation, as PyTorch keeps them.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Statistics } from "./batch_norm_passes.ts";
import { hasKernel } from "./has_kernel.ts";
import { ownData } from "./own_data.ts";

/**
 * running = (1 - momentum) · running + momentum · batch, with the unbiased variance: the batch
 * itself is normalised by the biased one. On webgpu in place and in one pass; no gradient goes
 * through it.
 *
 * @param running `[C]` each. @param batch `[C]` each, `variance` the biased one.
 * @param options `rows`: how many the batch's statistics are of.
 */
export function updateRunningStatistics(
  running: { mean: tf.Variable; variance: tf.Variable },
  batch: Statistics,
  { momentum, rows }: { momentum: number; rows: number },
): void {
  const { mean, variance } = running;
  const unbiased = rows / Math.max(1, rows - 1);
  if (hasKernel("AlikeRunningStatistics")) {
    for (const written of [mean, variance]) ownData(written);
    tf.engine().runKernel(
      "AlikeRunningStatistics",
      { mean, variance, batchMean: batch.mean, batchVariance: batch.variance },
      { momentum, unbiased },
    );
    return;
  }
  tf.tidy(() => {
    const mix = (kept: tf.Tensor, fresh: tf.Tensor) =>
      kept.mul(1 - momentum).add(fresh.mul(momentum));
    mean.assign(mix(mean, batch.mean));
    variance.assign(mix(variance, batch.variance.mul(unbiased)));
  });
}
