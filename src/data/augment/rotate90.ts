/**
 * Quarter turns: exact, counter-clockwise. As an augmentation, and as the question of the rotation
 * pretext (Gidaris et al. 2018).
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { InvalidError } from "../../errors.ts";
import type { RandomStream } from "../../random.ts";
import { type AugmentParameters, Field, parameterColumn, parameterRow } from "./parameters.ts";

/** Draws a turn by 90, 180 or 270 degrees, or none. @param row Gets the field `turns`. */
export function drawRotate90(row: Float32Array, random: RandomStream, probability: number): void {
  row[Field.turns] = random.bernoulli(probability) ? 1 + random.integer(3) : 0;
}

/**
 * The same views, turned by other quarters than what was drawn.
 *
 * @param turns Of all, or of each view, 0..3.
 */
export function withTurns(
  parameters: AugmentParameters,
  turns: number | ArrayLike<number>,
): AugmentParameters {
  const turned = { ...parameters, rows: parameters.rows.slice() };
  for (let i = 0; i < turned.count; i++) {
    parameterRow(turned, i)[Field.turns] = typeof turns === "number" ? turns : turns[i]!;
  }
  return turned;
}

/**
 * Each image at 0, 90, 180 and 270 degrees: row 4i + k is image i turned by k quarters.
 *
 * @param x [n, s, s, c].
 * @returns [4n, s, s, c].
 */
export function rotateAllWays(x: tf.Tensor4D): tf.Tensor4D {
  const [n, height, width, channels] = x.shape;
  if (height !== width) {
    throw new InvalidError(`Cannot turn by 90 degrees: ${height}×${width} is not square`);
  }
  return tf.tidy(() => {
    const transposed = x.transpose<tf.Tensor4D>([0, 2, 1, 3]);
    const ways = [
      x,
      tf.reverse(transposed, 1),
      tf.reverse(x, [1, 2]),
      tf.reverse(transposed, 2),
    ];
    return tf.stack(ways, 1).reshape([4 * n, height, width, channels]);
  });
}

/**
 * Turns each sample by its row's quarters.
 *
 * @param x [n, s, s, c].
 * @param parameters n rows.
 */
export function applyRotate90(x: tf.Tensor4D, parameters: AugmentParameters): tf.Tensor4D {
  const turns = parameterColumn(parameters, Field.turns);
  return tf.tidy(() =>
    tf.gather(rotateAllWays(x), tf.tensor1d(turns.map((turn, i) => 4 * i + turn), "int32"))
  );
}
