/**
 * Autoencoder: the image from its features; and denoising autoencoder (Vincent et al., "Extracting
 * and Composing Robust Features with Denoising Autoencoders", ICML 2008): the clean image from the
 * features of a noisy one.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { augmentBatch, drawViews } from "../data/augment/augment.ts";
import { corrupt, imageRange } from "../data/corrupt.ts";
import type { ImageBatch } from "../data/image_batch.ts";
import type { Random } from "../random.ts";
import type { AutoencoderOptions, DenoisingAutoencoderOptions } from "../schemas/objective.ts";
import { Decoder } from "./decoder.ts";
import { DecoderHead } from "./decoder_head.ts";
import type { ImageObjectiveContext } from "./image_objective_context.ts";
import type { Objective } from "./objective.ts";
import { onePicture } from "./panel.ts";
import { meanSquaredError, psnr } from "./reconstruction.ts";

/** One row an image; the loss is the mean squared error of normalised values. */
export function autoencoder(
  spec: AutoencoderOptions | DenoisingAutoencoderOptions,
  context: ImageObjectiveContext,
): Objective {
  const { preprocessing } = context;
  const noise = spec.name === "autoencoder" ? null : spec.noise;
  return {
    spec,
    viewsPerItem: 1,
    views(batch, random) {
      const image = augmentBatch(
        batch,
        [drawViews(batch, context.augment, random, 0)],
        preprocessing,
      );
      const inputs = noise === null
        ? image.clone()
        : corrupt(image, noise, imageRange(preprocessing), noiseStreams(batch, random));
      return { inputs, targets: noise === null ? { image } : { image, noisy: inputs.clone() } };
    },
    panels: ({ inputs, targets }) =>
      Promise.resolve(
        noise === null
          ? [onePicture("seen, and to be given back", inputs)]
          : [onePicture("seen", inputs), onePicture("to be given back", targets.image!)],
      ),
    head: (features, random) => new DecoderHead(new Decoder(features, preprocessing, random)),
    losses: ({ image }, targets, collective) => ({
      main: meanSquaredError(image!, targets.image!, collective),
    }),
    metrics: ({ image }, targets, collective) =>
      tf.tidy(() => {
        const decibels = (x: tf.Tensor) =>
          psnr(meanSquaredError(x, targets.image!, collective), preprocessing);
        const restored = decibels(image!);
        if (noise === null) {
          // What needs no features but three: each image's mean colour.
          const mean = decibels(targets.image!.mean([1, 2], true));
          return { autoencoderPsnr: restored, autoencoderPsnrGain: restored.sub<tf.Scalar>(mean) };
        }
        return {
          denoisingPsnr: restored,
          denoisingPsnrGain: restored.sub<tf.Scalar>(decibels(targets.noisy!)),
        };
      }),
  };
}

/** The streams of a batch's noise: the same for an image of an epoch, wherever it is drawn. */
export function noiseStreams(batch: ImageBatch, random: Random, layer = 0) {
  return Array.from(
    batch.indices,
    (index) => random.stream("corruption", [batch.epoch, index, layer]),
  );
}
