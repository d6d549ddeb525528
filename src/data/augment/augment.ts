/**
 * Views: random augmentations of a batch of images, as the encoder gets to see them.
 *
 * Drawing and applying are apart. {@linkcode drawViews} is a pure function of (seed, epoch, index
 * of the sample, view), so a sample's views do not depend on its batch, its replica, or on what ran
 * before. {@linkcode augmentBatch} applies them: by a fused kernel where the backend has one
 * (`src/tensor/kernels/augment.ts` on WASM, `src/tensor/programs/augment.ts` on WebGPU), else by tfjs
 * operations.
 *
 * The steps, in order: crop, resize, mirror, colour jitter, grey, quarter turn, tilt, and the
 * filters (`filters.ts`): blur, Sobel, noise, cutout. The fused kernel does those before the tilt.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { InvalidError } from "../../errors.ts";
import type { Random } from "../../random.ts";
import type { AugmentOptions } from "../../schemas/recipe.ts";
import { AugmentImages, type AugmentImagesAttrs } from "../../tensor/kernels/augment.ts";
import { hasKernel } from "../../tensor/ops/has_kernel.ts";
import type { ImageBatch } from "../image_batch.ts";
import { toInput } from "../to_input.ts";
import { applyJitter, drawJitter } from "./color_jitter.ts";
import { drawCutout } from "./cutout.ts";
import { applyFilters, hasFilters, type Normalization } from "./filters.ts";
import { drawBlur } from "./gaussian_blur.ts";
import { drawNoise } from "./gaussian_noise.ts";
import {
  type AugmentParameters,
  Field,
  filterRow,
  identityParameters,
  interleaveParameters,
  parameterColumn,
  parameterRow,
} from "./parameters.ts";
import { applyGrayscale, drawGrayscale } from "./random_grayscale.ts";
import { applyCrops, drawCrop, drawFlip } from "./random_resized_crop.ts";
import { applyTilt, drawTilt } from "./random_tilt.ts";
import { applyRotate90, drawRotate90 } from "./rotate90.ts";
import { drawSobel } from "./sobel.ts";

/** Values as they are, in 0..1. */
const UNSCALED: Normalization = { mean: 0, standardDeviation: 1 };

/**
 * Draws one view of each image.
 *
 * @param random Each augmentation has a stream of its own, keyed by (epoch, index, view).
 * @param view Which view of the image this is, from 0.
 * @throws {InvalidError} If quarter turns are asked for and the images are not square.
 */
export function drawViews(
  batch: ImageBatch,
  options: AugmentOptions,
  random: Random,
  view: number,
): AugmentParameters {
  const { count, height, width, channels, epoch } = batch;
  if (options.rotate90 > 0 && height !== width) {
    throw new InvalidError(`Cannot turn by 90 degrees: ${height}×${width} is not square`);
  }
  const parameters = identityParameters(batch);
  for (let i = 0; i < count; i++) {
    const row = parameterRow(parameters, i);
    const stream = (purpose: string) => random.stream(purpose, [epoch, batch.indices[i]!, view]);
    if (options.crop !== null) drawCrop(row, stream("crop"), options.crop, height, width);
    if (options.flip > 0) drawFlip(row, stream("flip"), options.flip);
    if (options.jitter !== null) drawJitter(row, stream("jitter"), options.jitter, channels);
    if (options.grey > 0) drawGrayscale(row, stream("grey"), options.grey, channels);
    if (options.rotate90 > 0) drawRotate90(row, stream("rotate90"), options.rotate90);
    if (options.tilt > 0) drawTilt(row, stream("tilt"), options.tilt);
    const filters = filterRow(parameters, i);
    if (options.blur !== null) drawBlur(filters, stream("blur"), options.blur);
    if (options.sobel > 0) drawSobel(filters, stream("sobel"), options.sobel);
    if (options.noise !== null) drawNoise(filters, stream("noise"), options.noise);
    if (options.cutout !== null) {
      drawCutout(filters, stream("cutout"), options.cutout, height, width);
    }
  }
  return parameters;
}

/**
 * Makes the views of a batch.
 *
 * @param views V tables of parameters for the same n images.
 * @returns float32 [n * V, h, w, c], an image's views next to each other: row i * V + v.
 * @throws {InvalidError} If a table's length is not the batch's, or that is 0.
 */
export function augmentBatch(
  batch: ImageBatch,
  views: readonly AugmentParameters[],
  normalization: Normalization,
): tf.Tensor4D {
  const parameters = interleaveParameters(views);
  if (batch.count === 0 || parameters.count !== batch.count * views.length) {
    throw new InvalidError(
      `Cannot augment: parameters of ${parameters.count / views.length} images ` +
        `for a batch of ${batch.count}`,
    );
  }
  const augment = hasKernel(AugmentImages) ? augmentFused : augmentComposed;
  const filtered = hasFilters(parameters);
  const scale = filtered ? UNSCALED : normalization;
  return tf.tidy(() => {
    let x = augment(batch, parameters, scale);
    if (parameterColumn(parameters, Field.tilt).some((angle) => angle !== 0)) {
      // Black, as it is after the normalisation.
      x = applyTilt(x, parameters, -scale.mean / scale.standardDeviation);
    }
    return filtered ? applyFilters(x, parameters, normalization) : x;
  });
}

/** All steps up to the tilt in one kernel. */
function augmentFused(
  batch: ImageBatch,
  parameters: AugmentParameters,
  { mean, standardDeviation }: Normalization,
): tf.Tensor4D {
  const { pixels, count, height, width, channels } = batch;
  const attrs: AugmentImagesAttrs = {
    pixels,
    parameters: parameters.rows,
    images: count,
    views: parameters.count / count,
    height,
    width,
    channels,
    mean,
    standardDeviation,
  };
  return tf.engine().runKernel(
    AugmentImages,
    {},
    attrs as unknown as tf.NamedAttrMap,
  ) as tf.Tensor4D;
}

/**
 * The same steps by tfjs operations; those that no row asks for are left out.
 *
 * @param parameters As from {@linkcode interleaveParameters}.
 */
export function augmentComposed(
  batch: ImageBatch,
  parameters: AugmentParameters,
  { mean, standardDeviation }: Normalization,
): tf.Tensor4D {
  const views = parameters.count / batch.count;
  const some = (field: number) => parameterColumn(parameters, field).some((value) => value !== 0);
  return tf.tidy(() => {
    const rows = Int32Array.from({ length: parameters.count }, (_, row) => Math.floor(row / views));
    const images = toInput(batch, { mean: 0, standardDeviation: 1 });
    let x: tf.Tensor4D = tf.gather(images, tf.tensor1d(rows, "int32"));
    x = applyCrops(x, parameters);
    x = applyJitter(x, parameters);
    if (some(Field.grey)) x = applyGrayscale(x, parameters);
    if (some(Field.turns)) x = applyRotate90(x, parameters);
    return x.sub(mean).div(standardDeviation);
  });
}
