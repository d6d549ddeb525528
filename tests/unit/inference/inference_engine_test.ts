import { assert, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { ConflictError, InvalidError, NotFoundError } from "../../../src/errors.ts";
import { decodeImage } from "../../../src/images/decode_image.ts";
import { decodeImages } from "../../../src/images/decode_images.ts";
import { encodePng } from "../../../src/images/encode_png.ts";
import { createInferenceEngine } from "../../../src/inference/inference_engine.ts";
import { createNetwork } from "../../../src/objectives/network.ts";
import { Random } from "../../../src/random.ts";
import type { ModelSpec } from "../../../src/schemas/model.ts";
import { ObjectiveSpec } from "../../../src/schemas/objective.ts";
import { AugmentOptions } from "../../../src/schemas/recipe.ts";
import { selectBackend } from "../../../src/tensor/backend.ts";
import { encodeSafetensors } from "../../../src/tensor/safetensors.ts";
import { syntheticPixels } from "../../support/synthetic_images.ts";

const SIZE = 16;

function png(index: number): Promise<Uint8Array> {
  const pixels = syntheticPixels(index, SIZE, 3);
  return encodePng({ pixels, width: SIZE, height: SIZE, channels: 3 });
}

/** A model with fresh weights and these heads. */
async function fresh(objectives: unknown[], seed = 1) {
  const spec: ModelSpec = {
    encoder: { name: "small_conv", width: 4 },
    preprocessing: { size: SIZE, channels: 3, mean: 0.5, standardDeviation: 0.25 },
    objectives: objectives.map((objective) => ObjectiveSpec.parse(objective)),
    dimensions: 32,
  };
  const network = createNetwork(spec, AugmentOptions.parse({}), new Random(seed));
  const weights = encodeSafetensors({ tensors: await network.weights(), metadata: {} });
  network.dispose();
  return { spec, weights };
}

async function engineWith(
  models: Record<string, Awaited<ReturnType<typeof fresh>>>,
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

Deno.test("images are embedded alike alone and together; a bad one fails by itself", async () => {
  await selectBackend("wasm");
  const { engine } = await engineWith({ a: await fresh([{ name: "simclr" }]) });
  const images = [await png(0), new Uint8Array([1, 2, 3]), await png(1)];
  const outcomes = await engine.embed("a", images);
  assertEquals(outcomes.map(({ ok }) => ok), [true, false, true]);
  for (const i of [0, 2]) {
    const alone = (await engine.embed("a", [images[i]!]))[0]!;
    const together = outcomes[i]!;
    assert(alone.ok && together.ok);
    alone.value.forEach((value, j) => assert(Math.abs(value - together.value[j]!) < 1e-5));
    assertEquals(alone.value.length, 32);
  }
  engine.forget("a");
});

Deno.test("a model is loaded once, and the longest unused leaves when memory is short", async () => {
  await selectBackend("wasm");
  const models = {
    a: await fresh([{ name: "simclr" }], 1),
    b: await fresh([{ name: "simclr" }], 2),
  };
  const before = tf.memory().numTensors;
  const { engine, loaded } = await engineWith(models, models.a.weights.length);
  const image = await png(0);
  await Promise.all([engine.embed("a", [image]), engine.embed("a", [image])]);
  assertEquals(loaded, ["a"]);
  await engine.embed("b", [image]);
  await engine.embed("b", [image]);
  assertEquals(loaded, ["a", "b"]);
  await engine.embed("a", [image]);
  assertEquals(loaded, ["a", "b", "a"]);
  engine.forget("a");
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals(tf.memory().numTensors, before);
  await assertRejects(() => engine.embed("none", [image]), NotFoundError);
});

Deno.test("predictions need their head, and the refusal says what there is", async () => {
  await selectBackend("wasm");
  const { engine } = await engineWith({ a: await fresh([{ name: "simclr" }]) });
  const image = await png(0);
  for (
    const ask of [
      () => engine.predictRotation("a", [image]),
      () => engine.predictJigsaw("a", image, null),
    ]
  ) {
    const error = await assertRejects(ask, ConflictError, "simclr only");
    assertEquals(error.errors[0]?.path, "model");
  }
  engine.forget("a");
});

Deno.test("a shuffled image is restored by the permutation that was found", async () => {
  await selectBackend("wasm");
  const { engine } = await engineWith({
    a: await fresh([{ name: "jigsaw", permutations: 24 }, { name: "rotation" }]),
  });
  const image = await png(3);
  const answer = await engine.predictJigsaw("a", image, 5);
  assertEquals(answer.shuffled, 5);
  assertEquals(answer.candidates.length, 5);
  assertEquals(answer.candidates[0]!.permutation, answer.permutation);
  const options = { size: 256, channels: 3 as const, maxPixels: 1e6 };
  const restored = await decodeImage(answer.restored, undefined, options);
  assertEquals(restored.length, 256 * 256 * 3);
  const intact = await decodeImage(image, undefined, options);
  const sum = (pixels: Uint8Array) => pixels.reduce((total, value) => total + value, 0);
  // Whatever the order, no pixel is lost.
  assertEquals(sum(restored), sum(intact));
  const error = await assertRejects(() => engine.predictJigsaw("a", image, 24), InvalidError);
  assertEquals(error.errors[0]?.value, 24);
  const rotation = (await engine.predictRotation("a", [image]))[0]!;
  assert(rotation.ok);
  assertEquals(rotation.value.probabilities.length, 4);
  engine.forget("a");
});
