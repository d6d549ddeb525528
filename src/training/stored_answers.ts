/**
 * Answers as they are kept between the entries of a tournament: item by item, so that entries can be
 * compared with each other whenever they were judged.
 *
 * @module
 */
import { z } from "zod";
import { CorruptError } from "../errors.ts";
import type { BlockAnswers, RightAnswers } from "../evaluation/block_judge.ts";

/** A digit an item: 1 for right, 0 for wrong. */
const Digits = z.string().regex(/^[01]+$/).transform((text) =>
  Float64Array.from(text, (digit) => Number(digit))
);

const Right = z.object({ knn: Digits.optional(), linear: Digits.optional() });

const Stored = z.object({
  blocks: z.array(z.object({ dimensions: z.int(), right: Right })),
  /** Of the reference only. */
  pixels: Right.optional(),
  labels: z.int(),
  classes: z.int(),
});

/** What was found out about an encoder's blocks. */
export interface StoredAnswers {
  blocks: BlockAnswers[];
  /** Where it is the untrained encoder: what raw pixels had right. */
  pixels?: RightAnswers;
  /** Labelled items that were learned from. */
  labels: number;
  classes: number;
}

/** As JSON. */
export function encodeAnswers({ blocks, pixels, ...rest }: StoredAnswers): Uint8Array {
  const digits = (right: RightAnswers) =>
    Object.fromEntries(
      Object.entries(right).map(([protocol, each]) => [protocol, each.join("")]),
    );
  return new TextEncoder().encode(JSON.stringify({
    ...rest,
    blocks: blocks.map(({ dimensions, right }) => ({ dimensions, right: digits(right) })),
    ...(pixels === undefined ? {} : { pixels: digits(pixels) }),
  }));
}

/** @throws {CorruptError} If it is not what {@linkcode encodeAnswers} makes. */
export function decodeAnswers(bytes: Uint8Array): StoredAnswers {
  try {
    return Stored.parse(JSON.parse(new TextDecoder().decode(bytes))) as StoredAnswers;
  } catch (cause) {
    throw new CorruptError("Cannot read what an entry had right: it is damaged", { cause });
  }
}
