/**
 * Relative position (Doersch, Gupta & Efros, "Unsupervised Visual Representation Learning by Context
 * Prediction", ICCV 2015): a patch and one of its eight neighbours, each through the same encoder;
 * the head sees both features side by side and says which neighbour it is.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { augmentBatch, drawViews } from "../data/augment/augment.ts";
import { dropColours, projectColours } from "../data/chromatic_aberration.ts";
import type { ImageBatch } from "../data/image_batch.ts";
import { normaliseTiles } from "../data/normalise_tiles.ts";
import { drawTileOffsets, extractTiles, type TileLayout } from "../data/patches.ts";
import type { Random } from "../random.ts";
import { RELATIVE_GRID, type RelativePositionOptions } from "../schemas/objective.ts";
import { classificationLosses, classificationMetrics } from "./classification.ts";
import type { ImageObjectiveContext } from "./image_objective_context.ts";
import { MlpHead } from "./mlp_head.ts";
import type { Objective } from "./objective.ts";
import { pairRows } from "./pair_rows.ts";

export const RELATIVE_CENTRE = 4;
/** The cell of each class: row by row, without the centre. */
export const RELATIVE_NEIGHBOURS = [0, 1, 2, 3, 5, 6, 7, 8] as const;

/**
 * Rows an image: the centre, then its neighbours: all eight, or one that is drawn. All eight make
 * eight questions of nine patches; one makes one question of two.
 */
export function relativePosition(
  spec: RelativePositionOptions,
  context: ImageObjectiveContext,
): Objective {
  const rows = 1 + spec.neighbours;
  return {
    spec,
    viewsPerItem: rows,
    views(batch, random) {
      const labels = spec.neighbours === 8
        ? Int32Array.from({ length: 8 * batch.count }, (_, i) => i % 8)
        : Int32Array.from(
          batch.indices,
          (index) => random.stream("neighbour", [batch.epoch, index]).integer(8),
        );
      const orders = Array.from({ length: batch.count }, (_, i) => [
        RELATIVE_CENTRE,
        ...Array.from(
          labels.subarray(i * spec.neighbours, (i + 1) * spec.neighbours),
          (label) => RELATIVE_NEIGHBOURS[label]!,
        ),
      ]);
      const parameters = [drawViews(batch, context.augment, random, 0)];
      return {
        inputs: tf.tidy(() => {
          const images = augmentBatch(batch, parameters, context.preprocessing);
          const offsets = drawTileOffsets(batch, { ...spec, grid: RELATIVE_GRID }, random);
          return relativePatches(images, spec, { offsets, orders }, dropping(batch, random, rows));
        }),
        targets: { labels: tf.tensor1d(labels, "int32") },
      };
    },
    async panels({ inputs, targets }) {
      const labels = await targets.labels!.data<"int32">();
      const cells: (number | null)[] = Array(RELATIVE_GRID ** 2).fill(null);
      cells[RELATIVE_CENTRE] = 0;
      labels.forEach((label, i) => cells[RELATIVE_NEIGHBOURS[label]!] = i + 1);
      return [{
        caption: spec.neighbours === 8
          ? "the centre, and each neighbour at its place"
          : "the centre, and the neighbour at its place",
        images: inputs.clone() as tf.Tensor4D,
        columns: RELATIVE_GRID,
        cells,
      }];
    },
    head: (features, random) =>
      new MlpHead({
        inputs: 2 * features.dimensions,
        hidden: spec.hidden,
        outputs: 8,
        output: "logits",
        bias: true,
        join: (pooled) => pairRows(pooled, rows),
      }, random),
    losses: classificationLosses,
    chanceLoss: () => Math.log(8),
    metrics: (outputs, targets, collective) =>
      classificationMetrics("relativePosition", outputs, targets, collective),
  };
}

/** A stream for each patch of a batch, by its item's key. */
function dropping(batch: ImageBatch, random: Random, rows: number) {
  return (patch: number) =>
    random.stream("colours", [
      batch.epoch,
      batch.indices[Math.floor(patch / rows)]!,
      patch % rows,
    ]);
}

/**
 * Cuts images into patches as the encoder sees them.
 *
 * @param drop As for {@linkcode withoutColours}.
 */
export function relativePatches(
  images: tf.Tensor4D,
  spec: RelativePositionOptions,
  layout: TileLayout,
  drop?: Parameters<typeof dropColours>[1],
): tf.Tensor4D {
  const patches = extractTiles(images, { ...spec, grid: RELATIVE_GRID }, layout);
  return withoutColours(patches, spec, drop);
}

/**
 * Patches of one mean and spread, robbed of what colour gives away.
 *
 * @param drop Needed where colours are dropped; without it their mean takes their place: a
 * prediction has to be the same each time.
 */
export function withoutColours(
  patches: tf.Tensor4D,
  { colours }: RelativePositionOptions,
  drop?: Parameters<typeof dropColours>[1],
): tf.Tensor4D {
  // Before the colours go: a dropped channel's faint noise must stay faint.
  const even = normaliseTiles(patches);
  if (colours === "keep") return even;
  if (colours === "project") return projectColours(even);
  if (drop !== undefined) return dropColours(even, drop);
  return tf.broadcastTo(even.mean(3, true), even.shape);
}
