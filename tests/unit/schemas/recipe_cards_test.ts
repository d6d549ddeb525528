import { assert, assertEquals } from "@std/assert";
import { Recipe, RecipePreset } from "../../../src/schemas/recipe.ts";
import { recipeCards } from "../../../src/schemas/recipe_cards.ts";

/** Paths of the values of a recipe: `augment.crop`, `optimizer.name`. */
function* paths(recipe: Recipe): Generator<string> {
  for (const [part, values] of Object.entries(recipe)) {
    for (const name of Object.keys(values)) yield `${part}.${name}`;
  }
}

Deno.test("there is a card of each preset, and each is a recipe", () => {
  assertEquals(recipeCards().map(({ name }) => name), RecipePreset.options);
  for (const { recipe } of recipeCards()) assertEquals(Recipe.parse(recipe), recipe);
});

Deno.test("every value of a preset has a source, and every source a value", () => {
  for (const { name, recipe, sources } of recipeCards()) {
    const values = [...paths(recipe)];
    const covers = (source: string, path: string) =>
      path === source || path.startsWith(`${source}.`);
    for (const path of values) {
      assert(Object.keys(sources).some((source) => covers(source, path)), `${name}: ${path}`);
    }
    for (const [source, text] of Object.entries(sources)) {
      assert(values.some((path) => covers(source, path)), `${name}: ${source}`);
      assert(text.length > 0);
    }
  }
});

Deno.test("cards are copies: changing one changes no preset", () => {
  recipeCards()[0]!.recipe.augment.flip = 0.123;
  assert(recipeCards()[0]!.recipe.augment.flip !== 0.123);
});
