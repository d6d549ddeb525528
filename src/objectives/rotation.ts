/**
 * Rotation (Gidaris et al., "Unsupervised Representation Learning by Predicting Image Rotations",
 * ICLR 2018): all four rotations of each image are in the batch; the head says which is which.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { augmentBatch, drawViews } from "../data/augment/augment.ts";
import { withTurns } from "../data/augment/rotate90.ts";
import type { AugmentParameters } from "../data/augment/parameters.ts";
import type { RotationOptions } from "../schemas/objective.ts";
import { classificationLosses, classificationMetrics } from "./classification.ts";
import type { ImageObjectiveContext } from "./image_objective_context.ts";
import { MlpHead } from "./mlp_head.ts";
import type { Objective } from "./objective.ts";

/** Units of the head's hidden layer: as many as a small encoder has features. */
const HIDDEN = 64;

/** The same views, turned all four ways. */
function fourTurns(parameters: AugmentParameters): AugmentParameters[] {
  return ([0, 1, 2, 3] as const).map((turns) => withTurns(parameters, turns));
}

/** Label r means a turn by r × 90 degrees counter-clockwise. */
export function rotation(spec: RotationOptions, context: ImageObjectiveContext): Objective {
  return {
    spec,
    viewsPerItem: 4,
    views: (batch, random) => ({
      inputs: augmentBatch(
        batch,
        fourTurns(drawViews(batch, context.augment, random, 0)),
        context.preprocessing,
      ),
      targets: {
        labels: tf.tensor1d(Int32Array.from({ length: 4 * batch.count }, (_, i) => i % 4), "int32"),
      },
    }),
    head: (features, random) =>
      new MlpHead({
        inputs: features.dimensions,
        hidden: HIDDEN,
        outputs: 4,
        output: "logits",
        bias: true,
      }, random),
    losses: classificationLosses,
    metrics: (outputs, targets, collective) =>
      classificationMetrics("rotation", outputs, targets, collective),
  };
}
