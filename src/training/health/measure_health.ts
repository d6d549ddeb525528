/** A report of a step, from what the step kept. @module */
import { measureFeatures, measureProjections } from "../../evaluation/health/measure_features.ts";
import type { Task } from "../../objectives/network.ts";
import type { HealthReport } from "../../schemas/health.ts";
import type { StepFeatures } from "../step_features.ts";

/** Measures the features and disposes of them. NaN where one is not finite. */
export async function measureHealth(
  features: StepFeatures,
): Promise<Pick<HealthReport, "h" | "projections">> {
  try {
    const projections = await Promise.all(
      Object.entries(features.projections).map(async ([name, compared]) =>
        [name, await measureProjections(compared)] as const
      ),
    );
    return {
      h: await measureFeatures(features.h!),
      projections: Object.fromEntries(projections),
    };
  } finally {
    features.dispose();
  }
}

/** The weighted loss of heads that know nothing, or null where an objective has no such level. */
export function chanceLoss(
  tasks: readonly Task[],
  weights: readonly number[],
  items: number,
): number | null {
  let sum = 0;
  for (const [i, { objective }] of tasks.entries()) {
    const loss = objective.chanceLoss?.(items);
    if (loss === undefined) return null;
    sum += weights[i]! * loss;
  }
  return sum;
}
