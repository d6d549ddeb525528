/** Dimensions of an encoder's blocks, for those who do not load tfjs. @module */
import type { EncoderSpec } from "./encoder.ts";

/**
 * How many channels the output of each block has, from the input up: the dimension of h if that
 * block is served. As `Encoder.stages` has them.
 */
export function blockDimensions({ name, width }: EncoderSpec): number[] {
  const blocks = name === "resnet18" || name === "small_conv" ? 4 : 3;
  return Array.from({ length: blocks }, (_, block) => width * 2 ** block);
}
