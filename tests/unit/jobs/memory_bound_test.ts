import { assertEquals } from "@std/assert";
import { largestBatch, leastStepBytes } from "../../../src/jobs/memory_bound.ts";
import { recipePreset } from "../../../src/schemas/recipe_presets.ts";
import type { TrainSpec } from "../../../src/schemas/train.ts";

type Spec = Parameters<typeof leastStepBytes>[0];

function spec(encoder: TrainSpec["encoder"], more: Partial<Spec> = {}): Spec {
  return {
    encoder,
    preprocessing: { size: 8, channels: 1, mean: 0.5, standardDeviation: 0.25 },
    batchSize: 10,
    objectives: [{ spec: { name: "rotation", rotations: 4 }, weight: 1 }],
    recipe: recipePreset("rotation"),
    ...more,
  };
}

Deno.test("a resnet8 holds seven outputs, and four copies of its weights with Adam", () => {
  // 8×8×4 three times, 4×4×8 twice, 2×2×16 twice.
  const outputs = 3 * 256 + 2 * 128 + 2 * 64;
  const weights = 9 * (1 * 4 + 2 * 4 * 4 + 4 * 8 + 8 * 8 + 8 * 16 + 16 * 16);
  assertEquals(
    leastStepBytes(spec({ name: "resnet8", width: 4 })),
    4 * (10 * outputs + 4 * weights),
  );
});

Deno.test("two views hold twice the outputs, and SGD one copy less of the weights", () => {
  const one = leastStepBytes(spec({ name: "small_conv", width: 4 }));
  const two = leastStepBytes(spec({ name: "small_conv", width: 4 }, {
    objectives: [
      {
        spec: { name: "simclr", temperature: 0.5, projectionHidden: 8, projectionDimension: 8 },
        weight: 1,
      },
    ],
    recipe: {
      ...recipePreset("rotation"),
      optimizer: {
        name: "sgd",
        learningRate: 0.1,
        scaling: "none",
        exclude: "norm-and-bias",
        momentum: 0.9,
        nesterov: false,
        weightDecay: 0,
      },
    },
  }));
  const outputs = 4 * (16 * 4 + 4 * 8 + 1 * 16 + 1 * 32);
  const weights = 4 * 9 * (4 + 32 + 128 + 512);
  assertEquals(one, 10 * outputs + 4 * weights);
  assertEquals(two, 10 * 2 * outputs + 3 * weights);
});

Deno.test("the largest batch is the last that is within the bytes", () => {
  for (const name of ["resnet8", "resnet14", "resnet20", "resnet18"] as const) {
    const large = spec({ name, width: 16 });
    const batch = largestBatch(large, 2 ** 26);
    const bytes = (batchSize: number) => leastStepBytes({ ...large, batchSize });
    assertEquals([bytes(batch) <= 2 ** 26, bytes(batch + 1) > 2 ** 26], [true, true]);
  }
});
