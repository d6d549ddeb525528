/**
 * An encoder whose first stages do not learn: what they know already is kept, and a step is spared
 * the way back through them.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import { InternalError } from "../errors.ts";
import { constant } from "../tensor/ops/constant.ts";
import { globalAveragePool } from "../tensor/ops/global_average_pool.ts";
import type { Encoder, EncoderStage } from "./encoder.ts";

/**
 * The same encoder over the same weights, but that its first `count` stages always run as in
 * inference (batch norm by its running statistics, which stay as they are), that no gradient goes
 * through them, and that their parameters say that they are frozen. However it is run, as a whole or
 * by its stages.
 *
 * @throws {InternalError} If it has not so many stages.
 */
export function freezeStages(encoder: Encoder, count: number): Encoder {
  if (count === 0) return encoder;
  if (!(count <= encoder.stages.length)) {
    throw new InternalError(
      `Cannot freeze ${count} stages: the encoder has ${encoder.stages.length}`,
    );
  }
  const stages = encoder.stages.map((stage, i) => i < count ? frozen(stage) : stage);
  return {
    spec: encoder.spec,
    stages,
    features: { dimensions: encoder.features.dimensions, stages },
    apply(x, options) {
      const map = stages.reduce((map, stage) => stage.apply(map, options), x as tf.Tensor4D);
      return { pooled: globalAveragePool(map), map };
    },
    parameters: () => stages.flatMap((stage) => stage.parameters()),
    buffers: () => encoder.buffers(),
    dispose: () => encoder.dispose(),
  };
}

function frozen(stage: EncoderStage): EncoderStage {
  return {
    dimensions: stage.dimensions,
    stride: stage.stride,
    apply: (x, options) => constant(x, () => stage.apply(x, { ...options, training: false })),
    parameters: () => stage.parameters().map((parameter) => ({ ...parameter, frozen: true })),
    buffers: () => stage.buffers(),
  };
}
