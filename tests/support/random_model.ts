/**
 * A model whose every weight is drawn, batch norm's statistics too: a fresh network's are 0 and 1,
 * which hides what is done wrong with them.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { upToBlock } from "../../src/encoders/up_to_block.ts";
import { createNetwork } from "../../src/objectives/network.ts";
import { Random } from "../../src/random.ts";
import { EncoderSpec } from "../../src/schemas/encoder.ts";
import type { ModelSpec } from "../../src/schemas/model.ts";
import { AugmentOptions } from "../../src/schemas/recipe.ts";
import { encodeSafetensors } from "../../src/tensor/safetensors.ts";

/** On the current backend. */
export async function randomModel(
  encoder: unknown,
  { size, channels, block }: { size: number; channels: 1 | 3; block?: number },
) {
  const network = createNetwork(
    {
      encoder: EncoderSpec.parse(encoder),
      preprocessing: { size, channels, mean: 0.45, standardDeviation: 0.22 },
      objectives: [
        { name: "simclr", temperature: 0.5, projectionHidden: 16, projectionDimension: 8 },
      ],
    },
    AugmentOptions.parse({}),
    new Random(1),
  );
  const stream = new Random(2).stream("norms");
  const drawn = ({ name, variable }: { name: string; variable: tf.Variable }) => {
    if (variable.rank !== 1) return;
    const draw = /(gamma|variance)$/.test(name)
      ? () => stream.uniform(0.5, 1.5)
      : () => stream.uniform(-0.2, 0.2);
    tf.tidy(() => variable.assign(tf.tensor1d(Array.from({ length: variable.size }, draw))));
  };
  [...network.parameters(), ...network.buffers()].forEach(drawn);
  const spec: ModelSpec = {
    encoder: network.encoder.spec,
    preprocessing: { size, channels, mean: 0.45, standardDeviation: 0.22 },
    objectives: network.tasks.map(({ objective }) => objective.spec),
    ...(block === undefined ? {} : { block }),
    dimensions: upToBlock(network.encoder, block).features.dimensions,
  };
  const weights = encodeSafetensors({
    tensors: await network.weights(),
    metadata: { format: "alike-model-1" },
  });
  network.dispose();
  return { model: { name: "random", digest: "d".repeat(64), spec }, weights };
}
