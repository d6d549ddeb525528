/**
 * What a rotation head says of images: it is asked about all four turns of each, and its answers,
 * turned back, are averaged.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { rotateAllWays } from "../data/augment/rotate90.ts";
import type { LoadedModel } from "./model_cache.ts";

/** What the rotation head says of an image. */
export interface RotationPrediction {
  /** The turn that the image seems to have had, counter-clockwise. */
  degrees: 0 | 90 | 180 | 270;
  /** Of 0, 90, 180, 270 degrees, counter-clockwise. */
  probabilities: [number, number, number, number];
}

/** @param input [n, size, size, channels], preprocessed. */
export async function predictRotation(
  { encoder, tasks }: LoadedModel,
  input: tf.Tensor4D,
): Promise<RotationPrediction[]> {
  const { head } = tasks.find(({ objective }) => objective.spec.name === "rotation")!;
  const probabilities = tf.tidy(() => {
    const features = encoder.apply(rotateAllWays(input));
    return tf.softmax(head.apply(features, { training: false }).logits as tf.Tensor2D);
  });
  const values = await probabilities.data<"float32">();
  probabilities.dispose();
  return Array.from({ length: input.shape[0] }, (_, i) => {
    const row: [number, number, number, number] = [0, 0, 0, 0];
    for (let turns = 0; turns < 4; turns++) {
      // Of the image turned by so many quarters more, the answer a + turns means a.
      for (let a = 0; a < 4; a++) row[a]! += values[(4 * i + turns) * 4 + (a + turns) % 4]! / 4;
    }
    const degrees = ([0, 90, 180, 270] as const)[row.indexOf(Math.max(...row))]!;
    return { degrees, probabilities: row };
  });
}
