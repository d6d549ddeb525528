/**
 * Metrics: what the figures are that an objective reports while it trains, in words, and what they
 * are for a head that knows nothing.
 *
 * @module
 */
import type { ObjectiveSpec } from "./objective.ts";

/** One metric of `JobProgress.metrics`. */
export interface MetricCard {
  /** As the objective reports it: `rotationAccuracy`. */
  name: string;
  /** What it is. */
  title: string;
  /** What it is called in one word or two. */
  label: string;
  /** What it is without learning; null where that depends on the images. */
  level: { label: string; value: number } | null;
}

/** A share of answers that are right, beside that by chance. */
function accuracy(name: string, title: string, chance: number): MetricCard {
  return { name, title, label: "accuracy", level: { label: "chance", value: chance } };
}

/** PSNR of what was restored, and by how much that is better than what costs nothing. */
function restored(name: string, what: string, instead: string): MetricCard[] {
  return [
    { name, title: `${what} PSNR, dB`, label: "PSNR", level: null },
    {
      name: `${name}Gain`,
      title: `${what} PSNR above ${instead}, dB`,
      label: "gain",
      level: { label: instead, value: 0 },
    },
  ];
}

/** The metrics of an objective. @param batchSize Images a step. */
export function metricCards(spec: ObjectiveSpec, batchSize: number): MetricCard[] {
  switch (spec.name) {
    case "simclr":
      return [
        accuracy(
          "contrastiveAccuracy",
          "SimCLR: contrastive accuracy",
          1 / (2 * batchSize - 1),
        ),
      ];
    case "rotation":
      return [accuracy("rotationAccuracy", "Rotation accuracy", 1 / 4)];
    case "jigsaw":
      return [
        accuracy("jigsawAccuracy", "Jigsaw accuracy", 1 / spec.permutations),
      ];
    case "relative-position":
      return [accuracy("relativePositionAccuracy", "Relative position accuracy", 1 / 8)];
    case "frame-order":
      return [accuracy("frameOrderAccuracy", "Frame order accuracy", 1 / 2)];
    case "autoencoder":
      return restored("autoencoderPsnr", "Autoencoder", "the mean colour");
    case "denoising-autoencoder":
      return restored("denoisingPsnr", "Denoising", "the noisy image");
    case "stacked-denoising-autoencoder":
      return restored("stackedPsnr", "Stacked denoising", "the noisy image");
    case "context-encoder":
      return [
        ...restored("contextPsnr", "Inpainting", "the mean colour around"),
        ...spec.adversarialWeight > 0
          ? [accuracy("adversaryAccuracy", "Discriminator accuracy", 1 / 2)]
          : [],
      ];
    default:
      return spec satisfies never;
  }
}
