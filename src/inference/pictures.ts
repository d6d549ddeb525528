/** Normalised images as PNG files, and how far two are apart. @module */
import * as tf from "@tensorflow/tfjs";
import { encodePng } from "../images/encode_png.ts";
import { meanSquaredError, psnr } from "../objectives/reconstruction.ts";
import { singleReplica } from "../parallel/single.ts";
import type { Preprocessing } from "../schemas/encoder.ts";

/** Values within 0..1 again, in steps of 1/255 as a file has them; normalised as before. */
export function asShown<T extends tf.Tensor>(
  images: T,
  { mean, standardDeviation }: Preprocessing,
): T {
  return tf.tidy(() =>
    images.mul(standardDeviation).add(mean).clipByValue(0, 1).mul(255).round().div(255)
      .sub(mean).div(standardDeviation)
  );
}

/** The PNG of each of n images. */
export async function encodePictures(
  images: tf.Tensor4D,
  { size, channels, mean, standardDeviation }: Preprocessing,
): Promise<Uint8Array<ArrayBuffer>[]> {
  const bytes = tf.tidy(() =>
    images.mul(standardDeviation).add(mean).clipByValue(0, 1).mul(255).round()
  );
  const values = Uint8Array.from(await bytes.data());
  bytes.dispose();
  const each = size * size * channels;
  return await Promise.all(
    Array.from({ length: values.length / each }, (_, i) =>
      encodePng({
        pixels: values.subarray(i * each, (i + 1) * each),
        width: size,
        height: size,
        channels,
      })),
  );
}

/** PSNR of `images` to `target`, dB. */
export function decibels(
  images: tf.Tensor,
  target: tf.Tensor,
  preprocessing: Preprocessing,
): tf.Scalar {
  return psnr(meanSquaredError(images, target, singleReplica), preprocessing);
}
