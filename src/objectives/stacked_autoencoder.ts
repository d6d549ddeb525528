/**
 * Stacked denoising autoencoder (Vincent et al., "Stacked Denoising Autoencoders", JMLR 2010): the
 * encoder's stages learn one after the other, each to restore what the stage below makes of clean
 * images from a corrupted copy of it, while all below stand still; then the whole learns to restore
 * images.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { augmentBatch, drawViews } from "../data/augment/augment.ts";
import { corrupt, featureRange, imageRange } from "../data/corrupt.ts";
import type { ApplyOptions, Encoder, Features } from "../encoders/encoder.ts";
import { InternalError } from "../errors.ts";
import type { StackedDenoisingAutoencoderOptions } from "../schemas/objective.ts";
import { constant } from "../tensor/ops/constant.ts";
import { globalAveragePool } from "../tensor/ops/global_average_pool.ts";
import { allReduceSum } from "../tensor/ops/replicas.ts";
import { noiseStreams } from "./autoencoder.ts";
import { Decoder } from "./decoder.ts";
import { DecoderHead } from "./decoder_head.ts";
import type { ImageObjectiveContext } from "./image_objective_context.ts";
import type { Head, Objective, Tensors, Views } from "./objective.ts";
import { onePicture } from "./panel.ts";
import { meanSquaredError, psnr } from "./reconstruction.ts";

/** Views that know how far the run is, and how features are corrupted. */
interface StackedViews extends Views {
  progress: number;
  corrupt(map: tf.Tensor4D, stage: number): tf.Tensor4D;
}

/** Features of one stage that is being trained, beside what that stage is to give back. */
interface StageFeatures extends Features {
  map: tf.Tensor4D;
  stage: number;
  clean: tf.Tensor4D;
}

/**
 * Which stage learns at a point of the run; null: all of them.
 *
 * @param pretraining Share of the run that belongs to the stages.
 */
export function stageAt(progress: number, pretraining: number, stages: number): number | null {
  return progress >= pretraining ? null : Math.floor(progress / pretraining * stages);
}

/** The decoder as a whole, or the stage of it that learns. */
class StackedHead extends DecoderHead {
  override apply(features: Features, options: Parameters<Head["apply"]>[1]): Tensors {
    if (!("stage" in features)) return super.apply(features, options);
    const { map, stage, clean } = features as StageFeatures;
    return { features: this.decoder.stages[stage]!.apply(map, options), clean };
  }
}

/** One row an image. */
export function stackedAutoencoder(
  spec: StackedDenoisingAutoencoderOptions,
  context: ImageObjectiveContext,
): Objective {
  const { preprocessing } = context;
  return {
    spec,
    viewsPerItem: 1,
    views(batch, random, progress = 1): StackedViews {
      const image = augmentBatch(
        batch,
        [drawViews(batch, context.augment, random, 0)],
        preprocessing,
      );
      const range = imageRange(preprocessing);
      const inputs = corrupt(image, spec.noise, range, noiseStreams(batch, random));
      return {
        inputs,
        targets: { image, noisy: inputs.clone() },
        progress,
        corrupt: (map, stage) =>
          corrupt(map, spec.noise, featureRange(preprocessing), noiseStreams(batch, random, stage)),
      };
    },
    panels: ({ inputs, targets }) =>
      Promise.resolve([
        onePicture("seen", inputs),
        onePicture("to be given back", targets.image!),
      ]),
    encode: (encoder, views, options) =>
      encodeStage(encoder, views as StackedViews, spec.pretraining, options),
    head: (features, random) => new StackedHead(new Decoder(features, preprocessing, random)),
    losses(outputs, targets, collective) {
      const { image, features, clean } = outputs;
      if (image !== undefined) return { main: meanSquaredError(image, targets.image!, collective) };
      // As a share of what features vary by, so that stages compare: 1 is as good as their mean.
      const error = meanSquaredError(features!, clean!, collective);
      const variance = constant(clean!, () => {
        const mean = (x: tf.Tensor) =>
          allReduceSum(x.mean(), collective).div<tf.Scalar>(collective.size);
        const middle = mean(clean!);
        return mean(clean!.sub(middle).square()).maximum(1e-6).asScalar();
      });
      return { main: error.div<tf.Scalar>(variance) };
    },
    metrics: ({ image }, targets, collective) =>
      image === undefined ? {} : tf.tidy(() => {
        const decibels = (x: tf.Tensor) =>
          psnr(meanSquaredError(x, targets.image!, collective), preprocessing);
        const restored = decibels(image);
        const noisy = decibels(targets.noisy!);
        return { stackedPsnr: restored, stackedPsnrGain: restored.sub<tf.Scalar>(noisy) };
      }),
  };
}

/** Runs as much of the encoder as learns, on what stands still below. */
function encodeStage(
  encoder: Encoder,
  views: StackedViews,
  pretraining: number,
  options: ApplyOptions,
): Features {
  const { stages } = encoder;
  const learning = stageAt(views.progress, pretraining, stages.length);
  if (learning === null) return encoder.apply(views.inputs, options);
  const image = views.targets.image as tf.Tensor4D | undefined;
  if (image === undefined) throw new InternalError("Cannot stack: the views have no clean image");
  const clean = learning === 0 ? image : constant(
    image,
    () =>
      stages.slice(0, learning).reduce((x, stage) => stage.apply(x, { training: false }), image),
  );
  const corrupted = learning === 0
    ? views.inputs as tf.Tensor4D
    : constant(clean, () => views.corrupt(clean, learning));
  const map = stages[learning]!.apply(corrupted, options);
  return { pooled: globalAveragePool(map), map, stage: learning, clean } as StageFeatures;
}
