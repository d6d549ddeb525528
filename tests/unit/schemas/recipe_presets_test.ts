import { assertEquals } from "@std/assert";
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

Deno.test("null takes an augmentation out", () => {
  const request = RecipeRequest.parse({ augment: { crop: null, jitter: null } });
  const { augment } = resolveRecipe(request, "simclr-cifar");
  assertEquals([augment.crop, augment.jitter], [null, null]);
});

Deno.test("a field that a recipe does not have is refused at every depth", () => {
  for (
    const request of [
      { augments: {} },
      { augment: { flipp: 1 } },
      { augment: { crop: { aera: [0, 1] } } },
      { optimizer: { name: "adam", lr: 1 } },
      { schedule: { warm: 0 } },
    ]
  ) {
    assertEquals(RecipeRequest.safeParse(request).success, false, JSON.stringify(request));
  }
});
