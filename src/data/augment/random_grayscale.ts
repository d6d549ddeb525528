/** Random greyscale: colour dropped for a share of the views. @module */
import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../random.ts";
import { luma } from "./luma.ts";
import { type AugmentParameters, Field, parameterColumn } from "./parameters.ts";

/** Draws whether to drop the colour. @param row Gets the field `grey`. */
export function drawGrayscale(
  row: Float32Array,
  random: RandomStream,
  probability: number,
  channels: 1 | 3,
): void {
  row[Field.grey] = random.bernoulli(probability) && channels === 3 ? 1 : 0;
}

/**
 * Replaces each channel by the luma where the row says so.
 *
 * @param x [n, h, w, c] in 0..1.
 * @param parameters n rows.
 */
export function applyGrayscale(x: tf.Tensor4D, parameters: AugmentParameters): tf.Tensor4D {
  return tf.tidy(() => {
    const isGrey = tf.tensor4d(parameterColumn(parameters, Field.grey), [x.shape[0], 1, 1, 1]);
    return luma(x).mul(isGrey).add(x.mul(tf.sub(1, isGrey)));
  });
}
