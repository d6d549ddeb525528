/**
 * Judging work: how many multiplications it takes to judge what a run has trained, and every block of
 * it in a tournament. What they take is as good as all in matrix products.
 *
 * @module
 */
import { blockDimensions } from "../schemas/block_dimensions.ts";
import type { TrainSpec } from "../schemas/train.ts";
import { encoderCost } from "./encoder_cost.ts";

/** What judges. */
export interface Judges {
  /** Labelled items that are learned from. */
  bank: number;
  /** Items that are classified. */
  queries: number;
  classes: number;
}

/** Most numbers of an image's raw pixels: of kNN, and of a linear probe. */
const PIXELS = { knn: 32 * 32 * 3, linear: 1024 } as const;

/**
 * Passes over the bank until a linear probe has chosen its strength and converged. An estimate: some
 * five fits of about 60 iterations; of 4,000 labels of CIFAR-10 the last fit took 65 to 72, on raw
 * pixels 36.
 */
const PASSES = 300;

/** Of a run's own judgement, for its card: trained, untrained, and raw pixels. */
export function cardWork(spec: TrainSpec, judges: Judges): number {
  const features = blockDimensions(spec.encoder).at(-1)!;
  return 2 * encoding(spec, judges) +
    2 * probing(spec, judges, { knn: features, linear: features }) +
    pixelWork(spec, judges);
}

/** Of every block of an encoder. */
export function blocksWork(spec: TrainSpec, judges: Judges): number {
  return blockDimensions(spec.encoder).reduce(
    (sum, dimensions) => sum + probing(spec, judges, { knn: dimensions, linear: dimensions }),
    encoding(spec, judges),
  );
}

/** Of raw pixels. */
export function pixelWork(spec: TrainSpec, judges: Judges): number {
  const { size, channels } = spec.preprocessing;
  const all = size * size * channels;
  return probing(spec, judges, {
    knn: Math.min(all, PIXELS.knn),
    linear: Math.min(all, PIXELS.linear),
  });
}

function encoding({ encoder, preprocessing }: TrainSpec, { bank, queries }: Judges): number {
  const { size, channels } = preprocessing;
  return (bank + queries) * encoderCost(encoder, size, channels).multiplications;
}

function probing(
  { evaluate }: TrainSpec,
  { bank, queries, classes }: Judges,
  dimensions: Record<"knn" | "linear", number>,
): number {
  return evaluate!.protocols.reduce(
    (sum, protocol) =>
      sum + (protocol === "knn"
        ? queries * bank * dimensions.knn
        // Forth to the classes, and back to the weights.
        : PASSES * 2 * bank * dimensions.linear * classes),
    0,
  );
}
