/** Pixels as the encoder's input, without augmentation: for evaluation and serving. @module */
import type * as tf from "@tensorflow/tfjs";
import type { Preprocessing } from "../schemas/encoder.ts";
import { lookUp } from "../tensor/ops/look_up.ts";
import type { ImageBatch } from "./image_batch.ts";

/**
 * Scales bytes to 0..1 and normalises them: (x / 255 - mean) / standardDeviation, by a table of the
 * 256 possible answers, so that they are the same bits on every backend.
 *
 * @returns float32 [count, height, width, channels].
 */
export function toInput(
  images: Pick<ImageBatch, "pixels" | "count" | "height" | "width" | "channels">,
  { mean, standardDeviation }: Pick<Preprocessing, "mean" | "standardDeviation">,
): tf.Tensor4D {
  const table = Float32Array.from(
    { length: 256 },
    (_, byte) => (byte / 255 - mean) / standardDeviation,
  );
  const { pixels, count, height, width, channels } = images;
  return lookUp<tf.Rank.R4>(pixels, table, [count, height, width, channels]);
}
