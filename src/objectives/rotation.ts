/**
 * Rotation (Gidaris et al., "Unsupervised Representation Learning by Predicting Image Rotations",
 * ICLR 2018): all four rotations of each image are in the batch; the head says which is which. As an
 * extra head, one rotation of each, drawn, is cheaper.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { augmentBatch, drawViews } from "../data/augment/augment.ts";
import { withTurns } from "../data/augment/rotate90.ts";
import type { RotationOptions } from "../schemas/objective.ts";
import { classificationLosses, classificationMetrics } from "./classification.ts";
import type { ImageObjectiveContext } from "./image_objective_context.ts";
import { MlpHead } from "./mlp_head.ts";
import type { Objective } from "./objective.ts";
import { panelEachRow } from "./panel.ts";

/** Units of the head's hidden layer: as many as a small encoder has features. */
const HIDDEN = 64;

/** Label r means a turn by r × 90 degrees counter-clockwise. */
export function rotation(spec: RotationOptions, context: ImageObjectiveContext): Objective {
  return {
    spec,
    viewsPerItem: spec.rotations,
    views(batch, random) {
      const drawn = drawViews(batch, context.augment, random, 0);
      const labels = spec.rotations === 4
        ? Int32Array.from({ length: 4 * batch.count }, (_, i) => i % 4)
        : Int32Array.from(
          batch.indices,
          (index) => random.stream("turn", [batch.epoch, index]).integer(4),
        );
      const views = spec.rotations === 4
        ? [0, 1, 2, 3].map((turns) => withTurns(drawn, turns))
        : [withTurns(drawn, labels)];
      return {
        inputs: augmentBatch(batch, views, context.preprocessing),
        targets: { labels: tf.tensor1d(labels, "int32") },
      };
    },
    async panels(views) {
      const labels = await views.targets.labels!.data<"int32">();
      return panelEachRow(views, (row) => `turned by ${90 * labels[row]!}°`);
    },
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
    chanceLoss: () => Math.log(4),
  };
}
