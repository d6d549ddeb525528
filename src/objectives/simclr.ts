/**
 * SimCLR (Chen et al., "A Simple Framework for Contrastive Learning of Visual Representations",
 * ICML 2020): two augmented views of each image; each view must find the other among all views of
 * the batch.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import { augmentBatch, drawViews } from "../data/augment/augment.ts";
import type { SimclrOptions } from "../schemas/objective.ts";
import { contrastiveAccuracy, ntXent } from "../tensor/ops/nt_xent.ts";
import { MlpHead } from "./mlp_head.ts";
import type { Objective } from "./objective.ts";
import type { ImageObjectiveContext } from "./image_objective_context.ts";

/** Two views an image; the head's output is z, one row a view, pairs next to each other. */
export function simclr(spec: SimclrOptions, context: ImageObjectiveContext): Objective {
  return {
    spec,
    viewsPerItem: 2,
    views: (batch, random) => ({
      inputs: augmentBatch(
        batch,
        [0, 1].map((view) => drawViews(batch, context.augment, random, view)),
        context.preprocessing,
      ),
      targets: {},
    }),
    head: (features, random) =>
      new MlpHead({
        inputs: features.dimensions,
        hidden: spec.projectionHidden,
        outputs: spec.projectionDimension,
        output: "z",
        bias: false,
      }, random),
    losses: ({ z }, _targets, collective) => ({
      main: ntXent(z as tf.Tensor2D, { temperature: spec.temperature, collective }).loss,
    }),
    metrics: ({ z }, _targets, collective) => ({
      contrastiveAccuracy: contrastiveAccuracy(z as tf.Tensor2D, { collective }),
    }),
    projections: ({ z }) => ({ z: z as tf.Tensor2D, temperature: spec.temperature }),
    chanceLoss: (items) => Math.log(2 * items - 1),
  };
}
