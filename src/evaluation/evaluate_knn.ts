/**
 * The question of every card: did training help? kNN on held-out items with the trained encoder,
 * beside the same encoder untrained and raw pixels.
 *
 * @module
 */
import type { PackedImages } from "../data/packed_images.ts";
import type { Encoder } from "../encoders/encoder.ts";
import type { Random } from "../random.ts";
import type { Preprocessing } from "../schemas/encoder.ts";
import type { Evaluation, Score } from "../schemas/model.ts";
import { bootstrapMean } from "./bootstrap.ts";
import { encodeAll, type FeatureMatrix, pixelFeatures } from "./features.ts";
import { classifyByNeighbours, KNN_DEFAULTS } from "./knn.ts";

/** Labelled items by position in a pack. */
export interface LabelledImages {
  images: PackedImages;
  positions: number[];
  /** The class of each position, 0..classes-1. */
  labels: Int32Array;
}

/** What is compared, on what. */
export interface EvaluateKnnOptions {
  trained: Encoder;
  untrained: Encoder;
  preprocessing: Preprocessing;
  /** Where neighbours are looked for. */
  bank: LabelledImages;
  /** What is classified; no item of it was trained on. */
  queries: LabelledImages;
  classes: number;
  random: Random;
  pause: () => Promise<void>;
}

/** Classifies the queries three ways. */
export async function evaluateKnn(options: EvaluateKnnOptions): Promise<Evaluation> {
  const { bank, queries, classes, random, pause } = options;
  const correct = async (
    features: (from: LabelledImages) => Promise<FeatureMatrix> | FeatureMatrix,
  ): Promise<Float64Array> => {
    const predicted = await classifyByNeighbours(
      await features(bank),
      bank.labels,
      await features(queries),
      { classes, pause },
    );
    return Float64Array.from(predicted, (label, i) => label === queries.labels[i] ? 1 : 0);
  };
  const encode = (encoder: Encoder) => ({ images, positions }: LabelledImages) =>
    encodeAll(encoder, images, positions, options.preprocessing, pause);
  const trained = await correct(encode(options.trained));
  const untrained = await correct(encode(options.untrained));
  const pixels = await correct(({ images, positions }) => pixelFeatures(images, positions));

  const score = (values: ArrayLike<number>) => bootstrapMean(values, random.stream("bootstrap"));
  const untrainedScore = score(untrained);
  const pixelScore = score(pixels);
  const baseline = pixelScore.value > untrainedScore.value ? pixels : untrained;
  const gain = score(trained.map((value, i) => value - baseline[i]!));
  return {
    kind: "knn",
    k: Math.min(KNN_DEFAULTS.k, bank.positions.length),
    temperature: KNN_DEFAULTS.temperature,
    bank: bank.positions.length,
    queries: queries.positions.length,
    classes,
    trained: score(trained),
    untrained: untrainedScore,
    pixels: pixelScore,
    gain,
    verdict: verdict(gain, baseline === pixels ? "raw pixels" : "the untrained encoder"),
  };
}

function percent(value: number): string {
  return `${(100 * value).toFixed(1)} points`;
}

function verdict(gain: Score, baseline: string): string {
  const interval = `95 % interval ${percent(gain.low)} to ${percent(gain.high)}`;
  if (gain.low > 0) {
    return `Training clearly helped: ${percent(gain.value)} above ${baseline} (${interval}).`;
  }
  if (gain.high < 0) {
    return `Training did not help: ${percent(-gain.value)} below ${baseline} (${interval}). ` +
      "Train longer, on more images, or with a recipe nearer to this data.";
  }
  return `No clear difference from ${baseline}: ${percent(gain.value)} (${interval}). ` +
    "Train longer or evaluate on more items.";
}
