/**
 * An encoder that ends earlier: h is the pooled map of one of its blocks. What pretext tasks teach
 * the last block is often too much theirs; the one before it may tell images apart better.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import { InternalError } from "../errors.ts";
import { globalAveragePool } from "../tensor/ops/global_average_pool.ts";
import type { Encoder } from "./encoder.ts";

/**
 * The encoder up to and with a block, over the same weights; those above it are none of its own, but
 * disposing of it disposes of the whole encoder.
 *
 * @param block Of `encoder.stages`, from 0; absent: the last, which is the encoder as it is.
 * @throws {InternalError} If there is no such block.
 */
export function upToBlock(encoder: Encoder, block: number | undefined): Encoder {
  if (block === undefined) return encoder;
  const last = encoder.stages[block];
  if (last === undefined) {
    throw new InternalError(
      `Cannot end the encoder there: it has ${encoder.stages.length} blocks, no block ${block}`,
    );
  }
  const stages = encoder.stages.slice(0, block + 1);
  return {
    spec: encoder.spec,
    stages,
    features: { dimensions: last.dimensions, stages },
    apply(x, options) {
      const map = stages.reduce((map, stage) => stage.apply(map, options), x as tf.Tensor4D);
      return { pooled: globalAveragePool(map), map };
    },
    parameters: () => stages.flatMap((stage) => stage.parameters()),
    buffers: () => stages.flatMap((stage) => stage.buffers()),
    dispose: () => encoder.dispose(),
  };
}
