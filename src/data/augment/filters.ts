/**
 * Filters: the augmentations after the fused kernel, in their order: blur, Sobel, noise, cutout.
 *
 * Noise comes after what looks for edges, which would find little else; the hole comes last, so
 * that it has neither edges nor noise.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Preprocessing } from "../../schemas/encoder.ts";
import {
  FilterImages,
  type FilterImagesAttrs,
  type ImageFilters,
} from "../../tensor/kernels/filter_images.ts";
import { hasKernel } from "../../tensor/ops/has_kernel.ts";
import { applyCutout } from "./cutout.ts";
import { applyBlur, blurKernel } from "./gaussian_blur.ts";
import { applyNoise, fillNoise } from "./gaussian_noise.ts";
import { type AugmentParameters, filterColumn, FilterField, filterRow } from "./parameters.ts";
import { applySobel } from "./sobel.ts";

/** How values in 0..1 are scaled: (x - mean) / standardDeviation. */
export type Normalization = Pick<Preprocessing, "mean" | "standardDeviation">;

/** Whether any view is to be filtered. */
export function hasFilters(parameters: AugmentParameters): boolean {
  return parameters.filters.some((value) => value !== 0);
}

/**
 * Filters and normalises: by a fused kernel where the backend has one
 * (`src/tensor/kernels/filter_images.ts` on WASM), else by tfjs operations.
 *
 * @param x [n, h, w, c], in 0..1.
 * @param parameters n rows.
 * @returns [n, h, w, c], normalised.
 */
export function applyFilters(
  x: tf.Tensor4D,
  parameters: AugmentParameters,
  normalization: Normalization,
): tf.Tensor4D {
  const apply = hasKernel(FilterImages) ? filterFused : filterComposed;
  return apply(x, parameters, normalization);
}

/** All filters in one kernel. */
function filterFused(
  x: tf.Tensor4D,
  parameters: AugmentParameters,
  { mean, standardDeviation }: Normalization,
): tf.Tensor4D {
  const [n, height, width] = x.shape;
  const filters = Array.from({ length: n }, (_, i): ImageFilters => {
    const row = filterRow(parameters, i);
    const blur = row[FilterField.blur]!;
    const noise = row[FilterField.noise]!;
    return {
      blur: blur === 0
        ? null
        : { vertical: blurKernel(blur, height), horizontal: blurKernel(blur, width) },
      sobel: row[FilterField.sobel] === 1,
      noise: noise === 0 ? null : {
        sigma: noise,
        fill: (values) => fillNoise(values, row[FilterField.noiseStart]!),
      },
      hole: row[FilterField.cutHeight] === 0 ? null : {
        top: row[FilterField.cutTop]!,
        left: row[FilterField.cutLeft]!,
        height: row[FilterField.cutHeight]!,
        width: row[FilterField.cutWidth]!,
      },
    };
  });
  const attrs: FilterImagesAttrs = { filters, mean, standardDeviation };
  return tf.engine().runKernel(
    FilterImages,
    { x },
    attrs as unknown as tf.NamedAttrMap,
  ) as tf.Tensor4D;
}

/** The same filters by tfjs operations; those that no row asks for are left out. */
export function filterComposed(
  x: tf.Tensor4D,
  parameters: AugmentParameters,
  { mean, standardDeviation }: Normalization,
): tf.Tensor4D {
  const some = (field: number) => filterColumn(parameters, field).some((value) => value !== 0);
  return tf.tidy(() => {
    let y = x;
    if (some(FilterField.blur)) y = applyBlur(y, parameters);
    if (some(FilterField.sobel)) y = applySobel(y, parameters);
    if (some(FilterField.noise)) y = applyNoise(y, parameters);
    y = y.sub<tf.Tensor4D>(mean).div(standardDeviation);
    return some(FilterField.cutHeight) ? applyCutout(y, parameters) : y;
  });
}
