/** Features of many images, for evaluation: no augmentation, running batch-norm statistics. @module */
import * as tf from "@tensorflow/tfjs";
import type { PackedImages } from "../data/packed_images.ts";
import { toInput } from "../data/to_input.ts";
import type { Encoder } from "../encoders/encoder.ts";
import type { Preprocessing } from "../schemas/encoder.ts";

/** Rows of equal length. */
export interface FeatureMatrix {
  /** Row-major, rows × dimensions. */
  values: Float32Array<ArrayBuffer>;
  rows: number;
  dimensions: number;
}

/** Images in a forward pass: enough to be efficient, few enough for any heap. */
const CHUNK = 256;

/**
 * h of the images at `positions`, in that order.
 *
 * @param pause Called between passes, so that messages are seen and a stop is possible.
 */
export async function encodeAll(
  encoder: Encoder,
  images: PackedImages,
  positions: number[],
  preprocessing: Preprocessing,
  pause: () => Promise<void>,
): Promise<FeatureMatrix> {
  const { dimensions } = encoder.features;
  const values = new Float32Array(positions.length * dimensions);
  for (let start = 0; start < positions.length; start += CHUNK) {
    const batch = images.gather(positions.slice(start, start + CHUNK), 0);
    const pooled = tf.tidy(() =>
      encoder.apply(toInput(batch, preprocessing), { training: false }).pooled
    );
    values.set(await pooled.data<"float32">(), start * dimensions);
    pooled.dispose();
    await pause();
  }
  return { values, rows: positions.length, dimensions };
}

/** The pixels themselves as features, 0..1: the baseline that needs no encoder. */
export function pixelFeatures(
  images: PackedImages,
  positions: number[],
): FeatureMatrix {
  const { pixels } = images.gather(positions, 0);
  const values = Float32Array.from(pixels, (value) => value / 255);
  return { values, rows: positions.length, dimensions: values.length / positions.length };
}
