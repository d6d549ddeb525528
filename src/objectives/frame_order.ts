/**
 * Frame order (Misra, Zitnick & Hebert, "Shuffle and Learn: Unsupervised Learning using Temporal
 * Order Verification", ECCV 2016): three frames of a clip, each through the same encoder; the head
 * sees their features side by side and says whether the middle one lies between the others.
 *
 * Items that are still images become clips by a camera that moves over them
 * (`src/data/synthetic_clip.ts`).
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { augmentBatch, drawViews } from "../data/augment/augment.ts";
import { repeatParameters } from "../data/augment/parameters.ts";
import { drawTriplets, frameMotion } from "../data/frame_triplets.ts";
import type { ImageBatch } from "../data/image_batch.ts";
import { normaliseTiles } from "../data/normalise_tiles.ts";
import { drawCameraPath, progressAt, renderFrame } from "../data/synthetic_clip.ts";
import type { Random } from "../random.ts";
import type { FrameOrderOptions } from "../schemas/objective.ts";
import { allReduceSum } from "../tensor/ops/replicas.ts";
import { classificationLosses } from "./classification.ts";
import type { ImageObjectiveContext } from "./image_objective_context.ts";
import { MlpHead } from "./mlp_head.ts";
import type { Objective } from "./objective.ts";
import { TRIPLET_ROWS, tripletRows, TRIPLETS } from "./triplet_rows.ts";

/** Class of a triplet whose middle frame lies between the others. */
export const IN_ORDER = 1;

/** A clip that frames can be had of. */
interface Clip {
  frames: number;
  /** How much changes from each frame to the next. */
  motion(): ArrayLike<number>;
  /** Writes a frame's pixels. */
  frame(index: number, target: Uint8Array): void;
}

/** Two triplets an item: four rows, as {@linkcode tripletRows} takes them. */
export function frameOrder(spec: FrameOrderOptions, context: ImageObjectiveContext): Objective {
  const share = spec.negatives;
  return {
    spec,
    viewsPerItem: TRIPLET_ROWS,
    views(batch, random) {
      const { frames, labels } = drawFrames(batch, spec, random);
      // One crop, mirror and colour for all frames of an item: what differs is time alone.
      const parameters = repeatParameters(
        drawViews(batch, context.augment, random, 0),
        TRIPLET_ROWS,
      );
      return {
        inputs: tf.tidy(() =>
          frameInputs(augmentBatch(frames, [parameters], context.preprocessing), spec)
        ),
        targets: { labels: tf.tensor1d(labels, "int32") },
      };
    },
    async panels({ inputs, targets }) {
      const labels = await targets.labels!.data<"int32">();
      return TRIPLETS.map((cells, i) => ({
        caption: labels[i] === IN_ORDER ? "in order" : "out of order",
        images: inputs.clone() as tf.Tensor4D,
        columns: cells.length,
        cells,
      }));
    },
    head: (features, random) =>
      new MlpHead({
        inputs: 3 * features.dimensions,
        hidden: spec.hidden,
        outputs: 2,
        output: "logits",
        bias: true,
        join: tripletRows,
      }, random),
    losses: classificationLosses,
    /** Whatever the share of negatives is: both kinds count alike, so chance is a half. */
    metrics: (outputs, targets, collective) => ({
      frameOrderAccuracy: tf.tidy(() => {
        const labels = targets.labels!.cast("float32");
        const weights = labels.div(1 - share).add(tf.sub(1, labels).div(share));
        const right = tf.equal(tf.argMax(outputs.logits!, 1), targets.labels!).cast("float32");
        const sums = tf.stack([right.mul(weights).sum(), weights.sum()]);
        const [good, all] = tf.unstack(allReduceSum(sums, collective));
        return good!.div(all!).asScalar();
      }),
    }),
    chanceLoss: () => -share * Math.log(share) - (1 - share) * Math.log(1 - share),
  };
}

/** Frames as the encoder sees them. */
export function frameInputs(
  frames: tf.Tensor4D,
  { normalise }: Pick<FrameOrderOptions, "normalise">,
): tf.Tensor4D {
  return normalise ? normaliseTiles(frames) : frames;
}

/** The frames of every item's triplets as a batch of four times as many images, and their labels. */
function drawFrames(
  batch: ImageBatch,
  spec: FrameOrderOptions,
  random: Random,
): { frames: ImageBatch; labels: Int32Array } {
  const { count, height, width, channels, indices, epoch } = batch;
  const length = height * width * channels;
  const pixels = new Uint8Array(count * TRIPLET_ROWS * length);
  const labels = new Int32Array(2 * count);
  for (let i = 0; i < count; i++) {
    const clip = clipOf(batch, i, spec, random);
    const motion = spec.sampling === "motion" ? clip.motion() : Array(clip.frames - 1).fill(1);
    const { first, last, middles: [middle, other], inOrder } = drawTriplets(
      motion,
      spec,
      random.stream("triplet", [epoch, indices[i]!]),
    );
    for (const [row, frame] of [first, middle, last, other].entries()) {
      const at = (i * TRIPLET_ROWS + row) * length;
      clip.frame(frame, pixels.subarray(at, at + length));
    }
    inOrder.forEach((yes, k) => labels[2 * i + k] = yes ? IN_ORDER : 1 - IN_ORDER);
  }
  const rows = Uint32Array.from({ length: count * TRIPLET_ROWS }, (_, row) => (
    indices[Math.floor(row / TRIPLET_ROWS)]!
  ));
  const frames = { pixels, count: rows.length, height, width, channels, indices: rows, epoch };
  return { frames, labels };
}

/** Item `i` as a clip: its own frames, or those of a camera over its image. */
function clipOf(batch: ImageBatch, i: number, spec: FrameOrderOptions, random: Random): Clip {
  const { clips } = batch;
  if (clips !== undefined) {
    const length = batch.height * batch.width * batch.channels;
    const from = i * clips.capacity * length;
    const count = clips.counts[i]!;
    const pixels = clips.pixels.subarray(from, from + count * length);
    return {
      frames: count,
      motion: () => frameMotion(pixels, count),
      frame: (k, target) => target.set(pixels.subarray(k * length, (k + 1) * length)),
    };
  }
  const path = drawCameraPath(random.stream("camera", [batch.epoch, batch.indices[i]!]), spec);
  const last = spec.frames - 1;
  return {
    frames: spec.frames,
    motion: () =>
      Float64Array.from(
        { length: last },
        (_, k) => progressAt(path, (k + 1) / last) - progressAt(path, k / last),
      ),
    frame: (k, target) => renderFrame(batch, i, path, k / last, target),
  };
}
