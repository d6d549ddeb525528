/** Decodes a batch of images and runs something over those that could be. @module */
import type * as tf from "@tensorflow/tfjs";
import { stackImages } from "../data/stack_images.ts";
import { toInput } from "../data/to_input.ts";
import type { Outcome } from "../errors.ts";
import type { Tracing } from "../tracing.ts";
import type { LoadedModel } from "./model_cache.ts";
import type { DecodeLimits } from "./predictors/predictor.ts";

/**
 * Runs `work` over the images that can be decoded, and puts the failures back in their places.
 *
 * @param work Gets [n, size, size, channels], preprocessed, and gives n values.
 */
export async function eachDecoded<T>(
  { spec: { preprocessing } }: LoadedModel,
  images: Uint8Array[],
  { decode, maxPixels, tracing }: DecodeLimits,
  work: (input: tf.Tensor4D) => Promise<T[]>,
): Promise<Outcome<T>[]> {
  const { size, channels } = preprocessing;
  const decoding = () => decode(images, { size, channels, maxPixels });
  const decoded = await (tracing?.during(stage(tracing, "decode", images.length), decoding) ??
    decoding());
  const pixels = decoded.flatMap((outcome) => outcome.ok ? [outcome.value] : []);
  if (pixels.length === 0) return decoded as Outcome<T>[];
  const input = toInput(stackImages(pixels, preprocessing), preprocessing);
  const computing = () => work(input).finally(() => input.dispose());
  const values = await (tracing?.during(stage(tracing, "forward", pixels.length), computing) ??
    computing());
  let next = 0;
  return decoded.map((outcome) => outcome.ok ? { ok: true, value: values[next++]! } : outcome);
}

function stage(tracing: Tracing, name: string, images: number) {
  return tracing.start(name, { attributes: { "alike.images": images } });
}
