/** What objectives share that give images back: the error, and how good that is. @module */
import type * as tf from "@tensorflow/tfjs";
import type { Collective } from "../parallel/collective.ts";
import { meanOverReplicas } from "../tensor/ops/mean_over_replicas.ts";

/** Smallest error that PSNR is taken of: 100 dB, so that a perfect image has a finite one. */
const LEAST_ERROR = 1e-10;

/** Mean squared difference over the global batch, in the units of what is compared. */
export function meanSquaredError(
  a: tf.Tensor,
  b: tf.Tensor,
  collective: Collective,
): tf.Scalar {
  return meanOverReplicas(a.sub(b).square().mean().asScalar(), collective);
}

/**
 * The mean over images of the squared error, weighted by pixel: each image counts alike however
 * much of it has a weight.
 *
 * @param weights `[n, h, w, 1]`, at least one of each image above 0.
 */
export function weightedError(
  a: tf.Tensor,
  b: tf.Tensor,
  weights: tf.Tensor,
  collective: Collective,
): tf.Scalar {
  const error = a.sub(b).square().mul(weights).sum([1, 2, 3]);
  const channels = a.shape[3]!;
  const each = error.div(weights.sum([1, 2, 3]).mul(channels));
  return meanOverReplicas(each.mean().asScalar(), collective);
}

/**
 * Peak signal-to-noise ratio, dB, of images with values in 0..1: -10 log10 of the error.
 *
 * @param error Mean squared, of normalised values.
 */
export function psnr(
  error: tf.Scalar,
  { standardDeviation }: { standardDeviation: number },
): tf.Scalar {
  return error.mul(standardDeviation ** 2).maximum(LEAST_ERROR).log()
    .mul<tf.Scalar>(-10 / Math.LN10);
}
