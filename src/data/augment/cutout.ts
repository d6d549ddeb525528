/**
 * Cutout: a square of the view erased (DeVries & Taylor, "Improved Regularization of Convolutional
 * Neural Networks with Cutout", 2017).
 *
 * As there, the square's middle is anywhere in the image, so that part of it may lie outside, and
 * what is erased becomes the mean grey that normalisation makes 0.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../random.ts";
import type { CutoutOptions } from "../../schemas/recipe.ts";
import { type AugmentParameters, FilterField, filterRow } from "./parameters.ts";

/**
 * Draws whether to erase, how much and where.
 *
 * @param row Gets the filters `cut…`: what of the square lies inside.
 */
export function drawCutout(
  row: Float32Array,
  random: RandomStream,
  options: CutoutOptions,
  height: number,
  width: number,
): void {
  if (!random.bernoulli(options.probability)) return;
  const share = random.uniform(...options.size);
  const side = Math.max(1, Math.round(share * Math.min(height, width)));
  const [top, cutHeight] = clipped(random.integer(height), side, height);
  const [left, cutWidth] = clipped(random.integer(width), side, width);
  row[FilterField.cutTop] = top;
  row[FilterField.cutLeft] = left;
  row[FilterField.cutHeight] = cutHeight;
  row[FilterField.cutWidth] = cutWidth;
}

/** First pixel and number of pixels of `side` around `centre` that lie within 0..length-1. */
function clipped(centre: number, side: number, length: number): [number, number] {
  const from = centre - Math.floor(side / 2);
  const first = Math.max(0, from);
  return [first, Math.min(length, from + side) - first];
}

/**
 * Sets the hole of each row to 0.
 *
 * @param x [n, h, w, c], normalised.
 * @param parameters n rows.
 */
export function applyCutout(x: tf.Tensor4D, parameters: AugmentParameters): tf.Tensor4D {
  const [n, height, width, channels] = x.shape;
  const kept = new Float32Array(n * height * width * channels).fill(1);
  for (let i = 0; i < n; i++) {
    const row = filterRow(parameters, i);
    const top = row[FilterField.cutTop]!;
    const left = row[FilterField.cutLeft]!;
    for (let y = top; y < top + row[FilterField.cutHeight]!; y++) {
      const start = ((i * height + y) * width + left) * channels;
      kept.fill(0, start, start + row[FilterField.cutWidth]! * channels);
    }
  }
  return tf.tidy(() => x.mul(tf.tensor4d(kept, x.shape)));
}
