/** Which block of its encoder a model serves. @module */
import type { ModelSpec } from "./model.ts";
import { blockDimensions } from "./block_dimensions.ts";

/** The number of the block, and of the last one. */
export function servedBlock({ encoder, block }: Pick<ModelSpec, "encoder" | "block">): {
  block: number;
  last: number;
} {
  const last = blockDimensions(encoder).length - 1;
  return { block: block ?? last, last };
}

/** What is noted of a model, or a judgement of it, that serves another block than the last. */
export function blockNotes(
  spec: Pick<ModelSpec, "encoder" | "block">,
  meaning: string,
): string[] {
  const { block, last } = servedBlock(spec);
  return block === last ? [] : [`Serves block ${block} (of 0 to ${last}): ${meaning}`];
}
