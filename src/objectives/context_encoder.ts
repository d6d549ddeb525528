/**
 * Context encoder (Pathak et al., "Context Encoders: Feature Learning by Inpainting", CVPR 2016):
 * what was in the hole, from what is around it. A discriminator, which learns at the same time by a
 * loss of its own, keeps the fillings from being blurred means.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { augmentBatch, drawViews } from "../data/augment/augment.ts";
import { drawHole, holeWeights } from "../data/holes.ts";
import type { Features, FeatureSpec } from "../encoders/encoder.ts";
import type { Random } from "../random.ts";
import type { Preprocessing } from "../schemas/encoder.ts";
import type { ContextEncoderOptions } from "../schemas/objective.ts";
import { meanOverReplicas } from "../tensor/ops/mean_over_replicas.ts";
import type { Parameter } from "../tensor/parameter.ts";
import { Decoder } from "./decoder.ts";
import { DecoderHead } from "./decoder_head.ts";
import { Discriminator } from "./discriminator.ts";
import type { ImageObjectiveContext } from "./image_objective_context.ts";
import type { Head, Losses, Objective, Tensors, Views } from "./objective.ts";
import { onePicture, type Panel } from "./panel.ts";
import { psnr, weightedError } from "./reconstruction.ts";

/** Features beside the image that they are of, for the discriminator to compare. */
interface ContextFeatures extends Features {
  real: tf.Tensor4D;
  hole: tf.Tensor4D;
}

/** What is in the hole is gone: it has the normalised mean, 0. */
export function withHole(images: tf.Tensor4D, hole: tf.Tensor4D): tf.Tensor4D {
  return tf.tidy(() => images.mul<tf.Tensor4D>(hole.mul(-1).add(1)));
}

/** The image around the hole, and in it what was found. */
export function fillHole(
  images: tf.Tensor4D,
  hole: tf.Tensor4D,
  filling: tf.Tensor4D,
): tf.Tensor4D {
  return tf.tidy(() => images.add<tf.Tensor4D>(filling.sub(images).mul(hole)));
}

/** Each image's mean colour around the hole: what is easiest to fill it with. */
export function meanAround(images: tf.Tensor4D, hole: tf.Tensor4D): tf.Tensor4D {
  return tf.tidy(() => {
    const around = hole.mul(-1).add(1);
    const sums = images.mul(around).sum([1, 2], true);
    return sums.div<tf.Tensor4D>(around.sum([1, 2], true)).mul(tf.onesLike(images));
  });
}

/** Decoder, and discriminator where there is one. */
class ContextHead extends DecoderHead {
  readonly #discriminator: Discriminator | null;

  constructor(
    features: FeatureSpec,
    preprocessing: Preprocessing,
    adversarial: boolean,
    random: Random,
  ) {
    super(new Decoder(features, preprocessing, random));
    this.#discriminator = adversarial ? new Discriminator(preprocessing.channels, random) : null;
  }

  override apply(features: Features, options: Parameters<Head["apply"]>[1]): Tensors {
    const outputs = super.apply(features, options);
    // In a prediction there is nothing to compare with.
    if (this.#discriminator === null || !("real" in features)) return outputs;
    const { real, hole } = features as ContextFeatures;
    return {
      ...outputs,
      real: this.#discriminator.apply(real),
      filled: this.#discriminator.apply(fillHole(real, hole, outputs.image as tf.Tensor4D)),
    };
  }

  override parameters(): Parameter[] {
    return [...super.parameters(), ...this.#discriminator?.parameters() ?? []];
  }

  override dispose(): void {
    super.dispose();
    this.#discriminator?.dispose();
  }
}

/** The image with its hole, and what of it counts: the hole, and its rim in proportion. */
function contextPanels({ inputs, targets }: Views): Panel[] {
  const counted = tf.tidy(() => targets.image!.mul<tf.Tensor4D>(targets.weights!.minimum(1)));
  return [
    onePicture("seen", inputs),
    { caption: "to be filled in, and its rim", images: counted, columns: 1, cells: [0] },
  ];
}

/** One row an image. */
export function contextEncoder(
  spec: ContextEncoderOptions,
  context: ImageObjectiveContext,
): Objective {
  const { preprocessing } = context;
  const { size } = preprocessing;
  const rim = Math.round(spec.overlap * size);
  const adversarial = spec.adversarialWeight > 0;
  return {
    spec,
    viewsPerItem: 1,
    rates: adversarial ? { adversary: spec.discriminatorRate } : {},
    views(batch, random) {
      const parameters = [drawViews(batch, context.augment, random, 0)];
      const image = augmentBatch(batch, parameters, preprocessing);
      const holes = new Float32Array(batch.count * size * size);
      const weights = new Float32Array(holes.length);
      for (const [i, index] of batch.indices.entries()) {
        const drawn = drawHole(spec, size, random.stream("hole", [batch.epoch, index]));
        holes.set(drawn, i * size * size);
        weights.set(holeWeights(drawn, size, rim, spec.overlapWeight), i * size * size);
      }
      const hole = tf.tensor4d(holes, [batch.count, size, size, 1]);
      return {
        inputs: withHole(image, hole),
        targets: { image, hole, weights: tf.tensor4d(weights, hole.shape) },
      };
    },
    panels: (views) => Promise.resolve(contextPanels(views)),
    encode: (encoder, { inputs, targets }, options): ContextFeatures => ({
      ...encoder.apply(inputs, options),
      real: targets.image as tf.Tensor4D,
      hole: targets.hole as tf.Tensor4D,
    }),
    head: (features, random) => new ContextHead(features, preprocessing, adversarial, random),
    losses({ image, real, filled }, targets, collective): Losses {
      const reconstruction = weightedError(image!, targets.image!, targets.weights!, collective)
        .mul<tf.Scalar>(spec.reconstructionWeight);
      if (!adversarial) return { main: reconstruction };
      const mean = (x: tf.Tensor) => meanOverReplicas(x.mean().asScalar(), collective);
      // What a logit costs that should be that of 1, of 0.
      const one = (logits: tf.Tensor) => mean(logits.neg().softplus());
      const zero = (logits: tf.Tensor) => mean(logits.softplus());
      const certain = 1 - spec.labelSmoothing;
      const known = one(real!).mul(certain).add(zero(real!).mul(spec.labelSmoothing));
      return {
        main: reconstruction.add(one(filled!).mul(spec.adversarialWeight)),
        adversary: known.add<tf.Scalar>(zero(filled!)).div(2),
      };
    },
    metrics: ({ image, real, filled }, { image: target, hole }, collective) =>
      tf.tidy(() => {
        const decibels = (x: tf.Tensor) =>
          psnr(weightedError(x, target!, hole!, collective), preprocessing);
        const found = decibels(image!);
        const mean = decibels(meanAround(target as tf.Tensor4D, hole as tf.Tensor4D));
        const shares = { contextPsnr: found, contextPsnrGain: found.sub<tf.Scalar>(mean) };
        if (!adversarial) return shares;
        const right = real!.greater(0).cast("float32").mean()
          .add(filled!.less(0).cast("float32").mean()).div(2).asScalar();
        return { ...shares, adversaryAccuracy: meanOverReplicas(right as tf.Scalar, collective) };
      }),
  };
}
