/**
 * What a frame-order head says of frames: whether they are in order, and which order is likeliest.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { allPermutations } from "../../data/permutations.ts";
import { stackImages } from "../../data/stack_images.ts";
import { toInput } from "../../data/to_input.ts";
import { InvalidError } from "../../errors.ts";
import { decodeClip, FEWEST_FRAMES } from "../../images/decode_clip.ts";
import { frameInputs, IN_ORDER } from "../../objectives/frame_order.ts";
import { TRIPLET_ROWS } from "../../objectives/triplet_rows.ts";
import { MOST_ORDERED, MOST_PERMUTED } from "../../schemas/predict/frame_order.ts";
import { decodeInputs } from "../decode_inputs.ts";
import { decodingFault, undecodable } from "../decoding_fault.ts";
import { headOf } from "../head_of.ts";
import { valuesOf } from "../values_of.ts";
import { oneByOne } from "./predictor.ts";

/** Most orders that an answer names. */
const CANDIDATES = 5;

/** Three frames by their numbers. */
type Triplet = readonly [number, number, number];

/** One pass of the encoder over the frames, one of the head over all triplets that matter. */
export const predictFrameOrder = oneByOne<"frame-order">(async (model, { images }, limits) => {
  const { preprocessing } = model.spec;
  const { head, options } = headOf(model, "frame-order");
  const { stages, maxPixels } = limits;
  const frames = images.length === 1
    ? await stages.run(
      "decode",
      1,
      () => decodeAnimation(images[0]!, { ...preprocessing, maxPixels }),
    )
    : await decodeInputs(images, preprocessing, limits);
  const count = frames.length;
  if (count < FEWEST_FRAMES) {
    const rule = `must be at least ${FEWEST_FRAMES} frames, or an animation of so many`;
    throw new InvalidError(`Cannot order frames: there are ${count}, at least 3 are needed`, {
      errors: [{ path: "input", rule, value: count }],
    });
  }
  const given = Array.from({ length: count }, (_, i) => i);
  const permuted = count <= MOST_PERMUTED;
  // Each triplet both ways: an order and its reverse are one answer.
  const asked = permuted ? orderedTriplets(count) : tripletsOf(given);
  const both = asked.flatMap(([a, b, c]): Triplet[] => [[a, b, c], [c, b, a]]);
  const values = await stages.run("forward", count, () =>
    valuesOf(() => {
      const pixels = toInput(stackImages(frames, preprocessing), preprocessing);
      const input = frameInputs(pixels, options);
      // The head takes two middles a row; here they are the same.
      const rows = tf.tensor1d(both.flatMap(([a, b, c]) => [a, b, c, b]), "int32");
      const pooled = tf.gather(model.encoder.apply(input).pooled, rows) as tf.Tensor2D;
      const { logits } = head.apply({ pooled }, { training: false });
      const all = tf.softmax(logits as tf.Tensor2D).slice([0, IN_ORDER], [-1, 1]);
      return all.reshape([asked.length, TRIPLET_ROWS]).mean(1);
    }));
  const table = new Map(asked.map((triplet, i) => [triplet.join(), values[i]!]));
  const probabilityOf = (order: readonly number[]): number => {
    const all = tripletsOf(order).map((triplet) => table.get(triplet.join())!);
    return all.reduce((sum, value) => sum + value, 0) / all.length;
  };
  const orders = permuted
    ? ordersOf(count).map((order) => ({ order, probability: probabilityOf(order) }))
      .sort((a, b) => b.probability - a.probability)
      .slice(0, CANDIDATES)
    : null;
  return { frames: count, probability: probabilityOf(given), orders };
});

/** @throws {InvalidError} With `input[0]`, if it cannot be decoded. */
async function decodeAnimation(
  image: Uint8Array,
  options: Omit<Parameters<typeof decodeClip>[2], "frames">,
): Promise<Uint8Array[]> {
  try {
    return await decodeClip(image, undefined, { ...options, frames: MOST_ORDERED });
  } catch (error) {
    throw undecodable([decodingFault(error, "animation", image, 0)]);
  }
}

/** Every order of so many frames, but of each and its reverse only one. */
function ordersOf(count: number): number[][] {
  const all = allPermutations(count);
  return Array.from(
    { length: all.length / count },
    (_, i) => Array.from(all.subarray(i * count, (i + 1) * count)),
  ).filter((order) => order[0]! < order.at(-1)!);
}

/** Triplets of an order, as they follow in it. */
function tripletsOf(order: readonly number[]): Triplet[] {
  return order.flatMap((a, i) =>
    order.slice(i + 1).flatMap((b, j) => order.slice(i + j + 2).map((c): Triplet => [a, b, c]))
  );
}

/** Every triplet of different frames, in every order. */
function orderedTriplets(count: number): Triplet[] {
  const all = Array.from({ length: count }, (_, i) => i);
  return all.flatMap((a) => all.flatMap((b) => all.map((c): Triplet => [a, b, c]))).filter((
    triplet,
  ) => new Set(triplet).size === 3);
}
