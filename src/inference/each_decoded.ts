/** Decodes a batch of images and computes something of those that could be. @module */
import type * as tf from "@tensorflow/tfjs";
import { stackImages } from "../data/stack_images.ts";
import { toInput } from "../data/to_input.ts";
import type { Outcome } from "../errors.ts";
import type { LoadedModel } from "./model_cache.ts";
import type { DecodeLimits } from "./predictors/predictor.ts";

/** Images that are decoded somewhere else. */
export interface ImagesElsewhere {
  /** How many. */
  length: number;
  /** `size * size * channels` bytes of each. */
  decoded: Promise<Outcome<Uint8Array>[]>;
}

/**
 * Runs `work` over the images that can be decoded, and puts the failures back in their places.
 *
 * @param work Gets [n, size, size, channels], preprocessed, and gives n values; its stages are its own
 * to name.
 */
export async function eachDecoded<T>(
  { spec: { preprocessing } }: LoadedModel,
  images: Uint8Array[] | ImagesElsewhere,
  { decode, maxPixels, stages }: DecodeLimits,
  work: (input: tf.Tensor4D) => Promise<T[]>,
): Promise<Outcome<T>[]> {
  const { size, channels } = preprocessing;
  const decoded = await stages.run(
    "decode",
    images.length,
    () => "decoded" in images ? images.decoded : decode(images, { size, channels, maxPixels }),
  );
  const pixels = decoded.flatMap((outcome) => outcome.ok ? [outcome.value] : []);
  if (pixels.length === 0) return decoded as Outcome<T>[];
  const input = toInput(stackImages(pixels, preprocessing), preprocessing);
  const values = await work(input).finally(() => input.dispose());
  let next = 0;
  return decoded.map((outcome) => outcome.ok ? { ok: true, value: values[next++]! } : outcome);
}
