/**
 * Gaussian noise on each value of a view (in the study of Chen et al. 2020, figure 4, which does
 * not say how much).
 *
 * A view takes its noise from a table of a million normal numbers, from a place that is drawn, as
 * evolution strategies do (Salimans et al. 2017, section 2.1): drawing some thousand for each view
 * would take longer than all other augmentations together.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { Random, type RandomStream } from "../../random.ts";
import type { NoiseOptions } from "../../schemas/recipe.ts";
import { type AugmentParameters, filterColumn, FilterField, filterRow } from "./parameters.ts";

/** More than the largest image has values; every place in it is a whole number as a float32. */
const TABLE_LENGTH = 2 ** 20;

let table: Float32Array | undefined;

/** The same numbers in every run and worker. */
function noiseTable(): Float32Array {
  if (table === undefined) {
    const stream = new Random(0).stream("noise table");
    table = Float32Array.from({ length: TABLE_LENGTH }, () => stream.normal());
  }
  return table;
}

/** Draws whether there is noise, how much and which. @param row Gets the filters `noise…`. */
export function drawNoise(row: Float32Array, random: RandomStream, options: NoiseOptions): void {
  if (!random.bernoulli(options.probability)) return;
  row[FilterField.noise] = random.uniform(...options.sigma);
  row[FilterField.noiseStart] = random.integer(TABLE_LENGTH);
}

/** Writes the normal numbers that a view with this `noiseStart` gets, in the order of its values. */
export function fillNoise(values: Float32Array, start: number): void {
  const normal = noiseTable();
  const first = Math.min(values.length, TABLE_LENGTH - start);
  values.set(normal.subarray(start, start + first));
  // Beyond its end the table begins anew.
  values.set(normal.subarray(0, values.length - first), first);
}

/**
 * Adds each row's noise, and clips to 0..1.
 *
 * @param x [n, h, w, c], in 0..1.
 * @param parameters n rows.
 */
export function applyNoise(x: tf.Tensor4D, parameters: AugmentParameters): tf.Tensor4D {
  const [n, height, width, channels] = x.shape;
  const length = height * width * channels;
  const noise = new Float32Array(n * length);
  for (let i = 0; i < n; i++) {
    const row = filterRow(parameters, i);
    if (row[FilterField.noise] === 0) continue;
    fillNoise(noise.subarray(i * length, (i + 1) * length), row[FilterField.noiseStart]!);
  }
  return tf.tidy(() => {
    const sigma = tf.tensor4d(filterColumn(parameters, FilterField.noise), [n, 1, 1, 1]);
    return tf.clipByValue(x.add(tf.tensor4d(noise, x.shape).mul(sigma)), 0, 1) as tf.Tensor4D;
  });
}
