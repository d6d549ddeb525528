/**
 * Jigsaw (Noroozi & Favaro, "Unsupervised Learning of Visual Representations by Solving Jigsaw
 * Puzzles", ECCV 2016): the tiles of an image in a random one of a set of orders; one encoder sees
 * each tile by itself, the head sees all their features side by side and says which order it is.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { augmentBatch, drawViews } from "../data/augment/augment.ts";
import { normaliseTiles } from "../data/normalise_tiles.ts";
import { drawTileOffsets, extractTiles, type TileLayout } from "../data/patches.ts";
import { maximalHammingPermutations } from "../data/permutations.ts";
import type { JigsawOptions } from "../schemas/objective.ts";
import { classificationLosses, classificationMetrics } from "./classification.ts";
import type { ImageObjectiveContext } from "./image_objective_context.ts";
import { MlpHead } from "./mlp_head.ts";
import type { Objective } from "./objective.ts";

/** Found once: a prediction would spend more time on the 1,000 of a 3×3 grid than on its image. */
const found = new Map<string, number[][]>();

/** The orders that a jigsaw of these options tells apart; the head's classes, in order. */
export function jigsawPermutations(
  { grid, permutations }: Pick<JigsawOptions, "grid" | "permutations">,
): readonly number[][] {
  const key = `${grid} ${permutations}`;
  const orders = found.get(key) ?? maximalHammingPermutations(grid === 2 ? 4 : 9, permutations);
  found.set(key, orders);
  return orders;
}

/** Tiles as the encoder sees them, in training and in prediction. */
export function jigsawTiles(
  images: tf.Tensor4D,
  spec: JigsawOptions,
  layout?: TileLayout,
): tf.Tensor4D {
  return tf.tidy(() => {
    const tiles = extractTiles(images, spec, layout);
    return spec.normalise ? normaliseTiles(tiles) : tiles;
  });
}

/** grid² rows an image: its tiles, in the order of the drawn permutation. */
export function jigsaw(spec: JigsawOptions, context: ImageObjectiveContext): Objective {
  const tiles = spec.grid ** 2;
  const permutations = jigsawPermutations(spec);
  return {
    spec,
    viewsPerItem: tiles,
    views(batch, random) {
      const labels = Int32Array.from(
        batch.indices,
        (index) => random.stream("order", [batch.epoch, index]).integer(permutations.length),
      );
      const parameters = [drawViews(batch, context.augment, random, 0)];
      return {
        inputs: tf.tidy(() =>
          jigsawTiles(augmentBatch(batch, parameters, context.preprocessing), spec, {
            offsets: drawTileOffsets(batch, spec, random),
            orders: Array.from(labels, (label) => permutations[label]!),
          })
        ),
        targets: { labels: tf.tensor1d(labels, "int32") },
      };
    },
    async panels({ inputs, targets }) {
      const [label] = await targets.labels!.data<"int32">();
      const order = permutations[label!]!.map((from) => from + 1).join(" ");
      return [{
        caption: `order ${label! + 1} of ${permutations.length}: ${order}`,
        images: inputs.clone() as tf.Tensor4D,
        columns: spec.grid,
        cells: permutations[label!]!.map((_, position) => position),
      }];
    },
    head: (features, random) =>
      new MlpHead({
        inputs: features.dimensions * tiles,
        hidden: spec.hidden,
        outputs: permutations.length,
        output: "logits",
        bias: true,
        join: (pooled) => pooled.reshape([pooled.shape[0] / tiles, pooled.shape[1] * tiles]),
      }, random),
    losses: classificationLosses,
    metrics: (outputs, targets, collective) =>
      classificationMetrics("jigsaw", outputs, targets, collective),
    chanceLoss: () => Math.log(permutations.length),
  };
}
