/**
 * Random resized crop and mirror image: a box of random area and aspect, resized to the whole
 * (Szegedy et al. 2015; the strongest of SimCLR's augmentations beside colour).
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../random.ts";
import type { CropOptions } from "../../schemas/recipe.ts";
import { type AugmentParameters, Field, parameterRow } from "./parameters.ts";

/** How often a box that does not fit is drawn anew, as in torchvision. */
const ATTEMPTS = 10;

/**
 * Draws a box of whole pixels as torchvision's RandomResizedCrop does: area uniform, aspect
 * log-uniform, position uniform; the largest central box of an allowed aspect if none fits.
 *
 * @param row Gets the fields `crop…`.
 */
export function drawCrop(
  row: Float32Array,
  random: RandomStream,
  options: CropOptions,
  height: number,
  width: number,
): void {
  const [low, high] = options.aspect;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const area = height * width * random.uniform(...options.area);
    const aspect = Math.exp(random.uniform(Math.log(low), Math.log(high)));
    const cropWidth = Math.round(Math.sqrt(area * aspect));
    const cropHeight = Math.round(Math.sqrt(area / aspect));
    const fits = cropWidth > 0 && cropWidth <= width && cropHeight > 0 && cropHeight <= height;
    if (fits) {
      const top = random.integer(height - cropHeight + 1);
      return setCrop(row, top, random.integer(width - cropWidth + 1), cropHeight, cropWidth);
    }
  }
  const aspect = Math.min(high, Math.max(low, width / height));
  const cropWidth = Math.max(1, Math.min(width, Math.round(height * aspect)));
  const cropHeight = Math.max(1, Math.min(height, Math.round(width / aspect)));
  const top = Math.floor((height - cropHeight) / 2);
  setCrop(row, top, Math.floor((width - cropWidth) / 2), cropHeight, cropWidth);
}

function setCrop(row: Float32Array, top: number, left: number, height: number, width: number) {
  row[Field.cropTop] = top;
  row[Field.cropLeft] = left;
  row[Field.cropHeight] = height;
  row[Field.cropWidth] = width;
}

/** Draws whether to mirror. @param row Gets the field `flip`. */
export function drawFlip(row: Float32Array, random: RandomStream, probability: number): void {
  row[Field.flip] = random.bernoulli(probability) ? 1 : 0;
}

/**
 * Writes the matrix that resamples `cropSize` numbers from `start` on to `size` numbers: bilinear
 * with half-pixel centres, edges repeated, not antialiased (`align_corners=False` in PyTorch).
 *
 * @param matrix `size` rows of `size` numbers, zeros.
 */
function fillResampling(
  matrix: Float32Array,
  size: number,
  start: number,
  cropSize: number,
  mirrored: boolean,
): void {
  for (let i = 0; i < size; i++) {
    const position = Math.max(0, (i + 0.5) * (cropSize / size) - 0.5);
    const from = Math.min(Math.floor(position), cropSize - 1);
    const to = Math.min(from + 1, cropSize - 1);
    const weight = position - from;
    const row = (mirrored ? size - 1 - i : i) * size + start;
    // Added, because at the last pixel both neighbours are the same.
    matrix[row + from]! += 1 - weight;
    matrix[row + to]! += weight;
  }
}

/**
 * Crops, resizes and mirrors by two products with sparse matrices, one a side: gathers of single
 * pixels would need index tensors as large, and every backend has a fast matMul.
 *
 * @param x [n, h, w, c].
 * @param parameters n rows.
 * @returns [n, h, w, c].
 */
export function applyCrops(x: tf.Tensor4D, parameters: AugmentParameters): tf.Tensor4D {
  const [n, height, width, channels] = x.shape;
  const vertical = new Float32Array(n * height * height);
  const horizontal = new Float32Array(n * width * width);
  for (let i = 0; i < n; i++) {
    const row = parameterRow(parameters, i);
    const top = row[Field.cropTop]!;
    const left = row[Field.cropLeft]!;
    const rows = vertical.subarray(i * height * height, (i + 1) * height * height);
    const columns = horizontal.subarray(i * width * width, (i + 1) * width * width);
    fillResampling(rows, height, top, row[Field.cropHeight]!, false);
    fillResampling(columns, width, left, row[Field.cropWidth]!, row[Field.flip] === 1);
  }
  return tf.tidy(() => {
    const rows = tf.tensor3d(vertical, [n, height, height]);
    const tall = tf.matMul(rows, x.reshape<tf.Tensor3D>([n, height, width * channels]))
      .reshape([n, height, width, channels])
      .transpose([0, 2, 1, 3])
      .reshape<tf.Tensor3D>([n, width, height * channels]);
    return tf.matMul(tf.tensor3d(horizontal, [n, width, width]), tall)
      .reshape([n, width, height, channels])
      .transpose<tf.Tensor4D>([0, 2, 1, 3]);
  });
}
