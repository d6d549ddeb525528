/** All measures of a batch of features, computed where they are and read back once. @module */
import * as tf from "@tensorflow/tfjs";
import type { Projections } from "../../objectives/objective.ts";
import type { FeatureHealth, ProjectionHealth } from "../../schemas/health.ts";
import { alignment } from "./alignment.ts";
import { contrastiveEntropy } from "./contrastive_entropy.ts";
import { effectiveRank, scatter } from "./effective_rank.ts";
import { spread } from "./spread.ts";
import { uniformity } from "./uniformity.ts";
import { unitRows } from "./unit_rows.ts";

/** Rank and spread of h, `[n, d]`; NaN where a number is not finite. */
export async function measureFeatures(h: tf.Tensor2D): Promise<FeatureHealth> {
  return await measure(h, () => ({}));
}

/** The same of z, and how its pairs lie. */
export async function measureProjections(
  { z, temperature }: Projections,
): Promise<ProjectionHealth> {
  const figures = await measure(z, (unit) => ({
    alignment: alignment(unit),
    uniformity: uniformity(unit),
    entropy: contrastiveEntropy(unit, temperature),
  }));
  return { ...figures, maxEntropy: Math.log(z.shape[0] - 1) };
}

async function measure<Name extends string>(
  x: tf.Tensor2D,
  more: (unit: tf.Tensor2D) => Record<Name, tf.Scalar>,
): Promise<FeatureHealth & Record<Name, number>> {
  const { matrix, square, scalars } = tf.tidy(() => {
    const unit = unitRows(x);
    return { ...scatter(x), scalars: { spread: spread(unit), ...more(unit) } };
  });
  try {
    const named = Object.entries<tf.Scalar>(scalars);
    const values = await Promise.all([matrix, square, ...named.map(([, scalar]) => scalar)].map(
      (tensor) => tensor.data<"float32">(),
    ));
    return {
      dimensions: x.shape[1],
      effectiveRank: effectiveRank(values[0]!, values[1]![0]!),
      ...Object.fromEntries(named.map(([name], i) => [name, values[i + 2]![0]!])),
    } as FeatureHealth & Record<Name, number>;
  } finally {
    tf.dispose([matrix, square, ...Object.values<tf.Scalar>(scalars)]);
  }
}
