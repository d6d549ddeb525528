/**
 * Linear probe: how well one linear layer tells the classes apart on features that do not change.
 *
 * Multinomial logistic regression by L-BFGS on standardised features (each to mean 0 and deviation
 * 1 over the labelled items it learns from, as those that are judged are by the same numbers). How
 * strong L2 is to be is chosen on a fifth of the labels it learns from; then it learns from all of
 * them. What is judged is never seen before.
 *
 * @module
 */
import type { Random } from "../random.ts";
import type { ProbeFit } from "../schemas/evaluation.ts";
import type { FeatureMatrix } from "./features.ts";
import { classifyLinearly, LogisticRegression } from "./logistic_regression.ts";
import { stratifiedSplit } from "./stratified.ts";

/** Strengths of L2, the strongest first: each fit begins where the last one ended. */
const STRENGTHS = [1, 0.1, 0.01, 1e-3, 1e-4] as const;

/** Share of the labels that the strength is chosen on. */
const CHOOSING_SHARE = 0.2;

/** What {@linkcode probeLinearly} takes beside the features. */
export interface LinearProbeOptions {
  classes: number;
  /** Draws the labels that the strength is chosen on. */
  random: Random;
  /** Called between passes over the data. */
  pause: () => Promise<void>;
}

/**
 * @param bank Features whose classes are known, and `labels` those classes, 0..classes-1.
 * @returns The class of each query.
 */
export async function probeLinearly(
  bank: FeatureMatrix,
  labels: Int32Array,
  queries: FeatureMatrix,
  { classes, random, pause }: LinearProbeOptions,
): Promise<{ predicted: Int32Array; fit: ProbeFit }> {
  const scale = scaleOf(bank);
  const standardBank = standardise(bank, scale);
  const chosen = await chooseStrength(standardBank, labels, { classes, random, pause });
  const { point, iterations, converged } = await regress(
    standardBank,
    labels,
    classes,
    (regression) => regression.fit(chosen.l2, pause, chosen.point),
  );
  const weights = { values: point, dimensions: bank.dimensions, classes };
  const predicted = await classifyLinearly(standardise(queries, scale), weights);
  return { predicted, fit: { l2: chosen.l2, iterations, converged } };
}

/**
 * The strength with the least cross-entropy on labels that were held back, and the weights it led
 * to: right answers are too coarse to choose by, as a strength off by ten changes few of them. Once a
 * weaker one is worse, still weaker ones are not tried: they take longest, and would be worse yet.
 */
async function chooseStrength(
  bank: FeatureMatrix,
  labels: Int32Array,
  { classes, random, pause }: LinearProbeOptions,
): Promise<{ l2: number; point?: Float64Array }> {
  const [fitted, held] = stratifiedSplit(labels, CHOOSING_SHARE, random);
  const labelsOf = (places: number[]) => Int32Array.from(places, (place) => labels[place]!);
  const judge = (point: Float64Array) =>
    regress(rowsOf(bank, held), labelsOf(held), classes, async (regression) => {
      return (await regression.evaluate(point, 0)).value;
    });
  return await regress(rowsOf(bank, fitted), labelsOf(fitted), classes, async (regression) => {
    let best: { l2: number; loss: number; point?: Float64Array } = {
      l2: STRENGTHS[0],
      loss: Infinity,
    };
    for (const l2 of STRENGTHS) {
      const { point } = await regression.fit(l2, pause, best.point);
      const loss = await judge(point);
      // Not a number where there was none to hold back.
      if (!(loss < best.loss)) break;
      best = { l2, loss, point };
    }
    return best;
  });
}

async function regress<T>(
  features: FeatureMatrix,
  labels: Int32Array,
  classes: number,
  work: (regression: LogisticRegression) => Promise<T>,
): Promise<T> {
  const regression = new LogisticRegression(features, labels, classes);
  try {
    return await work(regression);
  } finally {
    regression.dispose();
  }
}

/** Mean and deviation of each feature; a feature that never changes has deviation 1. */
function scaleOf({ values, rows, dimensions }: FeatureMatrix): {
  means: Float64Array;
  deviations: Float64Array;
} {
  const means = new Float64Array(dimensions);
  const deviations = new Float64Array(dimensions);
  for (let i = 0; i < values.length; i++) means[i % dimensions]! += values[i]! / rows;
  for (let i = 0; i < values.length; i++) {
    deviations[i % dimensions]! += (values[i]! - means[i % dimensions]!) ** 2 / rows;
  }
  // Below single precision's rounding it is no change.
  const least = (mean: number) => 1e-6 * Math.abs(mean);
  return {
    means,
    deviations: deviations.map((square, i) =>
      Math.sqrt(square) > least(means[i]!) ? Math.sqrt(square) : 1
    ),
  };
}

function standardise(
  { values, rows, dimensions }: FeatureMatrix,
  { means, deviations }: ReturnType<typeof scaleOf>,
): FeatureMatrix {
  const scaled = Float32Array.from(
    values,
    (value, i) => (value - means[i % dimensions]!) / deviations[i % dimensions]!,
  );
  return { values: scaled, rows, dimensions };
}

function rowsOf({ values, dimensions }: FeatureMatrix, places: number[]): FeatureMatrix {
  const picked = new Float32Array(places.length * dimensions);
  places.forEach((place, row) =>
    picked.set(values.subarray(place * dimensions, (place + 1) * dimensions), row * dimensions)
  );
  return { values: picked, rows: places.length, dimensions };
}
