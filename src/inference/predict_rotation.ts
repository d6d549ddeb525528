/** What a rotation head says of images. @module */
import * as tf from "@tensorflow/tfjs";
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
    const { logits } = head.apply(encoder.apply(input), { training: false });
    return tf.softmax(logits as tf.Tensor2D);
  });
  const values = await probabilities.data<"float32">();
  probabilities.dispose();
  return Array.from({ length: input.shape[0] }, (_, i) => {
    const row = Array.from(values.subarray(4 * i, 4 * i + 4)) as [number, number, number, number];
    const degrees = ([0, 90, 180, 270] as const)[row.indexOf(Math.max(...row))]!;
    return { degrees, probabilities: row };
  });
}
