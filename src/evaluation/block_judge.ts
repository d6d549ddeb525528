/**
 * Judges every block of an encoder by the same held-out items: the pooled output of each stage, by
 * kNN and linear probe.
 *
 * The layer that a pretext task's own head reads is bent to that task most. In plain convolutional
 * networks earlier ones do better at anything else (Gidaris et al. 2018); in residual ones less so
 * (Kolesnikov et al. 2019, "Revisiting Self-Supervised Visual Representation Learning").
 *
 * @module
 */
import type { Encoder } from "../encoders/encoder.ts";
import type { Preprocessing } from "../schemas/encoder.ts";
import { answersBy, type FrozenProtocol, type JudgedItems } from "./answers.ts";
import { encodeStages } from "./encode_stages.ts";
import { MOST_PIXELS, MOST_PROBED_PIXELS, pixelFeatures } from "./features.ts";

/** 1 for each item that a protocol had right, 0 for each other. */
export type RightAnswers = Partial<Record<FrozenProtocol, Float64Array>>;

/** What was found out about one block. */
export interface BlockAnswers {
  dimensions: number;
  right: RightAnswers;
}

/**
 * Judges the blocks, from the input up.
 *
 * @param onAnswers Called after each protocol of each block.
 */
export async function judgeBlocks(
  encoder: Encoder,
  preprocessing: Preprocessing,
  protocols: readonly FrozenProtocol[],
  items: JudgedItems,
  onAnswers: () => void = () => {},
): Promise<BlockAnswers[]> {
  const { bank, queries, pause } = items;
  const banks = await encodeStages(encoder, bank, preprocessing, pause);
  const asked = await encodeStages(encoder, queries, preprocessing, pause);
  const blocks: BlockAnswers[] = [];
  for (const [block, matrix] of banks.entries()) {
    const right: RightAnswers = {};
    for (const protocol of protocols) {
      const features = { bank: matrix, queries: asked[block]! };
      right[protocol] = (await answersBy(protocol, features, items)).right;
      onAnswers();
    }
    blocks.push({ dimensions: matrix.dimensions, right });
  }
  return blocks;
}

/** The same of raw pixels. */
export async function judgePixels(
  protocols: readonly FrozenProtocol[],
  items: JudgedItems,
): Promise<RightAnswers> {
  const right: RightAnswers = {};
  for (const protocol of protocols) {
    const most = protocol === "linear" ? MOST_PROBED_PIXELS : MOST_PIXELS;
    const features = {
      bank: pixelFeatures(items.bank, most),
      queries: pixelFeatures(items.queries, most),
    };
    right[protocol] = (await answersBy(protocol, features, items)).right;
  }
  return right;
}
