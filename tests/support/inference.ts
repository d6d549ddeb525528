/** Inference engines over models with fresh weights, by id. @module */
import { NotFoundError } from "../../src/errors.ts";
import { decodeImages } from "../../src/images/decode_images.ts";
import { createInferenceEngine } from "../../src/inference/inference_engine.ts";
import { createNetwork } from "../../src/objectives/network.ts";
import { Random } from "../../src/random.ts";
import type { ModelSpec } from "../../src/schemas/model.ts";
import { ObjectiveSpec } from "../../src/schemas/objective.ts";
import { AugmentOptions } from "../../src/schemas/recipe.ts";
import { selectBackend } from "../../src/tensor/backend.ts";
import { encodeSafetensors } from "../../src/tensor/safetensors.ts";

/** A small model with fresh weights and these heads, for colour images of that side; on WASM. */
export async function freshModel(objectives: unknown[], { size, seed = 1 }: {
  size: number;
  seed?: number;
}) {
  await selectBackend("wasm");
  const spec: ModelSpec = {
    encoder: { name: "small_conv", width: 4 },
    preprocessing: { size, channels: 3, mean: 0.5, standardDeviation: 0.25 },
    objectives: objectives.map((objective) => ObjectiveSpec.parse(objective)),
    dimensions: 32,
  };
  const network = createNetwork(spec, AugmentOptions.parse({}), new Random(seed));
  const weights = encodeSafetensors({ tensors: await network.weights(), metadata: {} });
  network.dispose();
  return { spec, weights };
}

/** An engine that has these models; `loaded` are the ids that it has asked for, in order. */
export async function engineWith(
  models: Record<string, Awaited<ReturnType<typeof freshModel>>>,
  maxBytes = 1e9,
) {
  await selectBackend("wasm");
  const loaded: string[] = [];
  const engine = createInferenceEngine({
    loadModel: (id) => {
      loaded.push(id);
      const model = models[id];
      return model
        ? Promise.resolve(model)
        : Promise.reject(new NotFoundError(`Cannot find ${id}`));
    },
    decode: decodeImages,
    maxBytes,
    maxPixels: 1e6,
  });
  return { engine, loaded };
}
