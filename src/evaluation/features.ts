/** Features of many images, for evaluation: no augmentation, running batch-norm statistics. @module */
import * as tf from "@tensorflow/tfjs";
import { toInput } from "../data/to_input.ts";
import type { Encoder } from "../encoders/encoder.ts";
import type { Preprocessing } from "../schemas/encoder.ts";
import type { LabelledImages } from "./labelled_images.ts";

/** Rows of equal length. */
export interface FeatureMatrix {
  /** Row-major, rows × dimensions. */
  values: Float32Array<ArrayBuffer>;
  rows: number;
  dimensions: number;
}

/** Images in a forward pass: enough to be efficient, few enough for any heap. */
export const CHUNK = 256;

/** Most numbers a row of {@linkcode pixelFeatures} for kNN: an image of CIFAR's size. */
export const MOST_PIXELS = 32 * 32 * 3;
/**
 * The same for a linear probe, whose fit on all of them takes minutes. With no more images than
 * there are numbers in a row it gains nothing from them: on CIFAR-10 half the side does no worse.
 */
export const MOST_PROBED_PIXELS = 1024;

/**
 * h of the images, in their order.
 *
 * @param pause Called between passes, so that messages are seen and a stop is possible.
 */
export async function encodeAll(
  encoder: Encoder,
  { images, positions }: Pick<LabelledImages, "images" | "positions">,
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

/**
 * The pixels themselves as features, 0..1: the baseline that needs no encoder. Larger images are
 * averaged over square blocks: a row for each of many images of a million numbers would fit in no
 * memory.
 *
 * @param most Most numbers a row.
 */
export function pixelFeatures(
  { images, positions }: Pick<LabelledImages, "images" | "positions">,
  most = MOST_PIXELS,
): FeatureMatrix {
  const { height, width, channels } = images;
  const numbers = (block: number) =>
    Math.ceil(height / block) * Math.ceil(width / block) * channels;
  let block = 1;
  while (numbers(block) > most && block < Math.max(height, width)) block++;
  const columns = Math.ceil(width / block);
  const dimensions = numbers(block);
  const values = new Float32Array(positions.length * dimensions);
  const counts = new Float32Array(dimensions);
  const placeOf = (y: number, x: number, c: number) =>
    (Math.floor(y / block) * columns + Math.floor(x / block)) * channels + c;
  const places = new Uint32Array(height * width * channels);
  for (let i = 0; i < places.length; i++) {
    const pixel = Math.floor(i / channels);
    places[i] = placeOf(Math.floor(pixel / width), pixel % width, i % channels);
    counts[places[i]!]!++;
  }
  positions.forEach((position, row) => {
    const { pixels } = images.gather([position], 0);
    const line = values.subarray(row * dimensions, (row + 1) * dimensions);
    for (let i = 0; i < pixels.length; i++) line[places[i]!]! += pixels[i]!;
    for (let d = 0; d < dimensions; d++) line[d]! /= 255 * counts[d]!;
  });
  return { values, rows: positions.length, dimensions };
}
