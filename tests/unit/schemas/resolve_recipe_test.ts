import { assertEquals, assertThrows } from "@std/assert";
import { InvalidError } from "../../../src/errors.ts";
import { RecipeRequest } from "../../../src/schemas/recipe.ts";
import { recipePreset } from "../../../src/schemas/recipe_presets.ts";
import { resolveRecipe } from "../../../src/schemas/resolve_recipe.ts";

Deno.test("what a request leaves out keeps its preset's value", () => {
  const request = RecipeRequest.parse({
    preset: "simclr-gray",
    augment: { flip: 0.1 },
    schedule: { warmup: 0.2 },
  });
  const preset = recipePreset("simclr-gray");
  assertEquals(resolveRecipe(request, "simclr-cifar"), {
    ...preset,
    augment: { ...preset.augment, flip: 0.1 },
    schedule: { ...preset.schedule, warmup: 0.2 },
  });
});

Deno.test("parts of a part are replaced too; where the preset has none, the rest is default", () => {
  const request = RecipeRequest.parse({
    preset: "rotation",
    augment: {
      crop: { area: [0.3, 0.9] },
      jitter: { hue: 0.4 },
      blur: { sigma: [1, 1] },
      noise: {},
    },
  });
  const preset = recipePreset("rotation").augment;
  assertEquals(resolveRecipe(request, "simclr-cifar").augment, {
    ...preset,
    crop: { area: [0.3, 0.9], aspect: preset.crop!.aspect },
    jitter: { probability: 0.8, brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.4 },
    blur: { probability: 0.5, sigma: [1, 1] },
    noise: { probability: 0.5, sigma: [0.02, 0.1] },
  });
});

Deno.test("without a name, fields of the preset's optimiser are replaced; with one, all of it", () => {
  const preset = recipePreset("rotation").optimizer;
  const optimizer = (patch: unknown) =>
    resolveRecipe(RecipeRequest.parse({ preset: "rotation", optimizer: patch }), "simclr-cifar")
      .optimizer;
  assertEquals(optimizer({ learningRate: 0.5 }), { ...preset, learningRate: 0.5 });
  assertEquals(optimizer({}), preset);
  const sgd = optimizer({ name: "sgd", momentum: 0.5 });
  assertEquals([sgd.name, sgd.learningRate], ["sgd", 0.06]);
  // Its own default, not the preset's 5e-4.
  assertEquals(optimizer({ name: "adam" }).weightDecay, 1e-6);
});

Deno.test("a field that the preset's optimiser does not have is refused by name", () => {
  const request = RecipeRequest.parse({ optimizer: { momentum: 0.5 } });
  const error = assertThrows(() => resolveRecipe(request, "jigsaw"), InvalidError);
  assertEquals(error.errors.map(({ path, value }) => [path, value]), [
    ["recipe.optimizer.momentum", 0.5],
  ]);
});

Deno.test("each optimiser has the published defaults, and refuses another's fields", () => {
  const parse = (optimizer: unknown) =>
    resolveRecipe(RecipeRequest.parse({ optimizer }), "simclr-cifar").optimizer;
  const shared = { scaling: "none", exclude: "norm-and-bias" };
  const momentum = { momentum: 0.9, nesterov: false };
  const moments = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
  const wanted = [
    { name: "adam", learningRate: 1e-3, weightDecay: 1e-6, ...shared, ...moments },
    { name: "adamw", learningRate: 1e-3, weightDecay: 1e-2, ...shared, ...moments },
    { name: "sgd", learningRate: 0.06, weightDecay: 5e-4, ...shared, ...momentum },
    { name: "lars", learningRate: 0.3, weightDecay: 1e-6, ...shared, ...momentum, trust: 1e-3 },
  ];
  for (const options of wanted) {
    assertEquals({ ...parse({ name: options.name }) }, options as ReturnType<typeof parse>);
  }
  for (
    const optimizer of [
      { name: "sgd", trust: 0.001 },
      { name: "lars", trust: 0 },
      { name: "lars", momentum: 1 },
      { name: "adam", momentum: 0.9 },
      { name: "adamw", exclude: "norm" },
      { name: "adamw", scaling: "cubic" },
      { name: "sgd", learningRate: 0 },
    ]
  ) {
    assertEquals(RecipeRequest.safeParse({ optimizer }).success, false, JSON.stringify(optimizer));
  }
});

Deno.test("a warm-up is a share or a number of epochs, and a share takes the preset's epochs out", () => {
  const schedule = (patch: unknown) =>
    resolveRecipe(RecipeRequest.parse({ schedule: patch }), "simclr-cifar").schedule;
  assertEquals(schedule({ warmupEpochs: 10 }).warmupEpochs, 10);
  assertEquals(schedule({ warmup: 0.1 }), { name: "cosine", warmup: 0.1, warmupEpochs: null });
  assertEquals(schedule({ warmup: 0.1, warmupEpochs: null }).warmup, 0.1);
  for (const patch of [{ warmup: 0.1, warmupEpochs: 1 }, { warmupEpochs: 0 }, { warmup: 0.95 }]) {
    assertEquals(RecipeRequest.safeParse({ schedule: patch }).success, false);
  }
});

Deno.test("null takes an augmentation out", () => {
  const request = RecipeRequest.parse({ augment: { crop: null, jitter: null } });
  const { augment } = resolveRecipe(request, "simclr-cifar");
  assertEquals([augment.crop, augment.jitter], [null, null]);
});

Deno.test("a field that a recipe does not have, or an impossible value, is refused at every depth", () => {
  for (
    const request of [
      { augments: {} },
      { augment: { flipp: 1 } },
      { augment: { crop: { aera: [0, 1] } } },
      { optimizer: { name: "adam", lr: 1 } },
      { schedule: { warm: 0 } },
      { optimizer: { lr: 1 } },
      { optimizer: { learningRate: -1 } },
      { augment: { blur: { sigma: [0, 1] } } },
      { augment: { noise: { sigma: [0.1, 1.1] } } },
      { augment: { cutout: { size: [0.6, 0.5] } } },
      { augment: { sobel: null } },
    ]
  ) {
    assertEquals(RecipeRequest.safeParse(request).success, false, JSON.stringify(request));
  }
});
