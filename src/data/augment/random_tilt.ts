/** Random tilt: a small rotation by any angle, for subjects that lean (handwriting). @module */
import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../random.ts";
import { type AugmentParameters, Field, parameterColumn } from "./parameters.ts";

/**
 * Draws an angle of at most `degrees` either way. @param row Gets the field `tilt`, radians
 * counter-clockwise.
 */
export function drawTilt(row: Float32Array, random: RandomStream, degrees: number): void {
  row[Field.tilt] = random.uniform(-degrees, degrees) * Math.PI / 180;
}

/**
 * Turns each sample about its centre by its row's angle, bilinear, as torchvision's `rotate` does.
 *
 * @param x [n, h, w, c].
 * @param parameters n rows.
 * @param fill The value of what comes in from outside the image.
 */
export function applyTilt(
  x: tf.Tensor4D,
  parameters: AugmentParameters,
  fill: number,
): tf.Tensor4D {
  const [n, height, width] = x.shape;
  const centreX = (width - 1) / 2;
  const centreY = (height - 1) / 2;
  const rows = new Float32Array(n * 8);
  parameterColumn(parameters, Field.tilt).forEach((angle, i) => {
    // From a place in the view to the place in the image that it shows; y points down.
    const cos = Math.cos(angle);
    const sin = Math.sin(angle);
    rows.set([
      ...[cos, -sin, centreX - cos * centreX + sin * centreY],
      ...[sin, cos, centreY - sin * centreX - cos * centreY],
      ...[0, 0],
    ], i * 8);
  });
  return tf.tidy(() =>
    tf.image.transform(x, tf.tensor2d(rows, [n, 8]), "bilinear", "constant", fill)
  );
}
