/**
 * Gaussian blur, as SimCLR does it (Chen et al. 2020, appendix A): the kernel's side is a tenth of
 * the image's, its standard deviation is drawn. Edges are mirrored, as torchvision's gaussian_blur
 * does it.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../random.ts";
import type { BlurOptions } from "../../schemas/recipe.ts";
import { type AugmentParameters, filterColumn, FilterField } from "./parameters.ts";

/** Draws whether to blur, and how much. @param row Gets the filter `blur`. */
export function drawBlur(row: Float32Array, random: RandomStream, options: BlurOptions): void {
  if (!random.bernoulli(options.probability)) return;
  row[FilterField.blur] = random.uniform(...options.sigma);
}

/**
 * The kernel along a side: weights of the middle and of each pixel away from it, either way. All of
 * it sums to 1.
 */
export function blurKernel(sigma: number, side: number): number[] {
  const radius = Math.min(side - 1, Math.max(1, Math.floor(Math.floor(side / 10) / 2)));
  const weights = Array.from(
    { length: radius + 1 },
    (_, distance) => distance === 0 ? 1 : Math.exp(-0.5 * (distance / sigma) ** 2),
  );
  const sum = 2 * weights.reduce((total, weight) => total + weight, 0) - weights[0]!;
  return weights.map((weight) => weight / sum);
}

/** Blurs along one axis, 1 or 2. */
function blurAxis(x: tf.Tensor4D, sigmas: Float32Array, axis: 1 | 2): tf.Tensor4D {
  // Without a sigma the exponent is minus infinity: nothing but the middle, which is no blur.
  const kernels = Array.from(sigmas, (sigma) => blurKernel(sigma, x.shape[axis]));
  const radius = kernels[0]!.length - 1;
  const pads: [number, number][] = [[0, 0], [0, 0], [0, 0], [0, 0]];
  pads[axis] = [radius, radius];
  const padded = tf.mirrorPad(x, pads, "reflect");
  const shifted = (offset: number) => {
    const begin = [0, 0, 0, 0];
    begin[axis] = radius + offset;
    return tf.slice(padded, begin, x.shape);
  };
  let sum: tf.Tensor = x.mul(weightsAt(kernels, 0));
  for (let distance = 1; distance <= radius; distance++) {
    sum = sum.add(shifted(-distance).add(shifted(distance)).mul(weightsAt(kernels, distance)));
  }
  return sum as tf.Tensor4D;
}

function weightsAt(kernels: number[][], distance: number): tf.Tensor4D {
  const weights = Float32Array.from(kernels, (kernel) => kernel[distance]!);
  return tf.tensor4d(weights, [weights.length, 1, 1, 1]);
}

/**
 * Blurs each sample as its row says. What the values mean does not matter: a blur of normalised
 * values is the normalised blur.
 *
 * @param x [n, h, w, c].
 * @param parameters n rows.
 */
export function applyBlur(x: tf.Tensor4D, parameters: AugmentParameters): tf.Tensor4D {
  const sigmas = filterColumn(parameters, FilterField.blur);
  return tf.tidy(() => blurAxis(blurAxis(x, sigmas, 1), sigmas, 2));
}
