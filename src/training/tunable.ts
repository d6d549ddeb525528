/** Encoders to fine-tune: copies of a model's, and the same with fresh weights. @module */
import type { Encoder } from "../encoders/encoder.ts";
import { MlpHead } from "../objectives/mlp_head.ts";
import { readVariables, writeVariables } from "../objectives/network.ts";
import { ontoProjection } from "../objectives/onto_projection.ts";
import type { Random } from "../random.ts";

/** Each makes one, which whoever asked disposes of. */
export interface Tunable {
  pretrained: () => Encoder;
  fresh: () => Encoder;
}

/**
 * The weights are copied now: what becomes of the encoder later does not matter.
 *
 * @param fresh Makes the same encoder with fresh weights.
 * @param projector Ends the encoders in its hidden layer. @default {they end in h}
 */
export async function tunable(
  encoder: Encoder,
  fresh: () => Encoder,
  projector: MlpHead | undefined,
  random: Random,
): Promise<Tunable> {
  const whole = projector === undefined ? encoder : ontoProjection(encoder, projector);
  const freshOne = projector === undefined
    ? fresh
    : () => ontoProjection(fresh(), new MlpHead(projector.options, random.fork("projector")));
  // Read once: writing into variables of the same engine takes plain numbers.
  const named = (module: Encoder) => [...module.parameters(), ...module.buffers()];
  const weights = await readVariables(named(whole));
  return {
    fresh: freshOne,
    pretrained() {
      const copy = freshOne();
      writeVariables(named(copy), weights);
      return copy;
    },
  };
}
