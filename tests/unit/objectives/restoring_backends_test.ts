/** Losses and gradients of the objectives that give images back, beside tfjs's CPU backend. */
import { assert, assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { createNetwork, runTask } from "../../../src/objectives/network.ts";
import { singleReplica } from "../../../src/parallel/single.ts";
import { Random } from "../../../src/random.ts";
import { ObjectiveSpec } from "../../../src/schemas/objective.ts";
import { recipePreset } from "../../../src/schemas/recipe_presets.ts";
import { syntheticBatch } from "../../support/synthetic_images.ts";
import { onBackend, useBackend, WEBGPU_BACKENDS } from "../../support/test_backends.ts";

const CASES = [
  { given: { name: "stacked-denoising-autoencoder" }, progress: 0.15 },
  { given: { name: "context-encoder", adversarialWeight: 0.5, overlapWeight: 3 }, progress: 1 },
];

/** Losses, and the length of each gradient, by name. */
async function run({ given, progress }: typeof CASES[number]): Promise<Map<string, number>> {
  const network = createNetwork(
    {
      encoder: { name: "small_conv", width: 4 },
      preprocessing: { size: 12, channels: 3, mean: 0.5, standardDeviation: 0.25 },
      objectives: [ObjectiveSpec.parse(given)],
    },
    recipePreset("autoencoder").augment,
    new Random(1),
  );
  const task = network.tasks[0]!;
  const views = task.objective.views(syntheticBatch(6, 12, 3), new Random(2), progress);
  const found = tf.tidy(() => {
    const figures: { name: string; figure: tf.Tensor }[] = [];
    const groups = new Set(network.parameters().map(({ group }) => group));
    for (const group of groups) {
      const own = network.parameters().filter((parameter) => parameter.group === group);
      const { value, grads } = tf.variableGrads(() => {
        const { outputs } = runTask(network.encoder, task, views, { training: true });
        return task.objective.losses(outputs, views.targets, singleReplica)[group]!;
      }, own.map(({ variable }) => variable));
      figures.push({ name: `${group} loss`, figure: value });
      for (const { name, variable } of own) {
        const gradient = grads[variable.name];
        if (gradient !== undefined) figures.push({ name, figure: gradient.norm() });
      }
    }
    return figures;
  });
  const result = new Map<string, number>();
  for (const { name, figure } of found) result.set(name, (await figure.data())[0]!);
  tf.dispose([views.inputs, views.targets, found.map(({ figure }) => figure)]);
  network.dispose();
  return result;
}

for (const given of CASES) {
  for (const backend of ["wasm relaxed" as const, ...WEBGPU_BACKENDS]) {
    Deno.test(`${backend}: losses and gradients of ${given.given.name} are those of the CPU`, async () => {
      await useBackend("cpu");
      const wanted = await run(given);
      await onBackend(backend, async () => {
        const got = await run(given);
        assertEquals([...got.keys()], [...wanted.keys()]);
        for (const [name, value] of wanted) {
          assert(value > 0, name);
          assertLess(Math.abs(got.get(name)! - value) / value, 2e-3, name);
        }
      });
    });
  }
}

Deno.test("the stages of a stack: only the learning one has gradients", async () => {
  await onBackend("cpu", async () => {
    const { keys, loss } = await run(CASES[0]!).then((found) => ({
      keys: [...found.keys()].slice(1),
      loss: found.get("main loss")!,
    }));
    const allowed = [
      "encoder/conv1/kernel",
      "encoder/norm1/gamma",
      "encoder/norm1/beta",
      "heads/stacked-denoising-autoencoder/stage1/conv/kernel",
      "heads/stacked-denoising-autoencoder/stage1/norm/gamma",
      "heads/stacked-denoising-autoencoder/stage1/norm/beta",
    ];
    assertEquals(keys, allowed);
    assertAlmostEquals(loss, 1, 1.5);
  });
});
