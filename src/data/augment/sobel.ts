/**
 * Sobel filtering: nothing but edges (in the study of Chen et al. 2020, figure 4).
 *
 * The size of the gradient of each channel by itself, not of the grey: an edge between two colours
 * of one brightness stays an edge, and the view has as many channels as every other.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../random.ts";
import { type AugmentParameters, filterColumn, FilterField } from "./parameters.ts";

/** Draws whether to filter. @param row Gets the filter `sobel`. */
export function drawSobel(row: Float32Array, random: RandomStream, probability: number): void {
  row[FilterField.sobel] = random.bernoulli(probability) ? 1 : 0;
}

/** The pixels before and after each, along an axis; edges are repeated. */
function neighbours(x: tf.Tensor4D, axis: 1 | 2): [tf.Tensor4D, tf.Tensor4D] {
  const side = x.shape[axis];
  const part = (begin: number, size: number) => {
    const from = [0, 0, 0, 0];
    from[axis] = begin;
    const shape = x.shape.slice();
    shape[axis] = size;
    return tf.slice(x, from, shape) as tf.Tensor4D;
  };
  return [
    tf.concat([part(0, 1), part(0, side - 1)], axis),
    tf.concat([part(1, side - 1), part(side - 1, 1)], axis),
  ];
}

/** Differences (-1, 0, 1) along an axis of sums (1, 2, 1) along the other. */
function gradient(x: tf.Tensor4D, axis: 1 | 2): tf.Tensor4D {
  const [aside, beside] = neighbours(x, axis === 1 ? 2 : 1);
  const [before, after] = neighbours(x.mul<tf.Tensor4D>(2).add(aside).add(beside), axis);
  return after.sub(before);
}

/**
 * The size of the gradient where the row says so: √(gx² + gy²) / 4, so that a straight edge from 0
 * to 1 becomes 1; clipped to 1.
 *
 * @param x [n, h, w, c], in 0..1.
 * @param parameters n rows.
 */
export function applySobel(x: tf.Tensor4D, parameters: AugmentParameters): tf.Tensor4D {
  return tf.tidy(() => {
    const size = tf.sqrt(gradient(x, 1).square().add(gradient(x, 2).square())).div(4);
    const isFiltered = tf.tensor4d(filterColumn(parameters, FilterField.sobel), [
      x.shape[0],
      1,
      1,
      1,
    ]);
    return tf.minimum(size, 1).mul(isFiltered).add(x.mul(tf.sub(1, isFiltered)));
  });
}
