/**
 * What a rotation head says of images: it is asked about all four turns of each, and its answers,
 * turned back, are averaged.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { rotateAllWays } from "../../data/augment/rotate90.ts";
import type { RotationAnswer } from "../../schemas/pretexts.ts";
import { eachDecoded } from "../each_decoded.ts";
import { headOf } from "../head_of.ts";
import { valuesOf } from "../values_of.ts";
import type { Predictor } from "./predictor.ts";

/** One pass over the images of all questions that can be decoded. */
export const predictRotation: Predictor<"rotation"> = (model, questions, limits) =>
  eachDecoded(model, questions.map(({ image }) => image), limits, async (input) => {
    const { head } = headOf(model, "rotation");
    const values = await limits.stages.run("forward", input.shape[0], () =>
      valuesOf(() => {
        const features = model.encoder.apply(rotateAllWays(input));
        return tf.softmax(head.apply(features, { training: false }).logits as tf.Tensor2D);
      }));
    return Array.from({ length: input.shape[0] }, (_, i) => {
      const row: RotationAnswer["probabilities"] = [0, 0, 0, 0];
      for (let turns = 0; turns < 4; turns++) {
        // Of the image turned by so many quarters more, the answer a + turns means a.
        for (let a = 0; a < 4; a++) row[a]! += values[(4 * i + turns) * 4 + (a + turns) % 4]! / 4;
      }
      const degrees = ([0, 90, 180, 270] as const)[row.indexOf(Math.max(...row))]!;
      return { degrees, probabilities: row };
    });
  });
