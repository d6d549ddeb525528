/** docs/recipes.md says what is so. @module */
import { assert, assertStringIncludes } from "@std/assert";
import { recipesTable } from "../scripts/recipes_table.ts";
import { AugmentOptions, RecipeRequest } from "../src/schemas/recipe.ts";
import { resolveRecipe } from "../src/schemas/resolve_recipe.ts";

const document = Deno.readTextFileSync(new URL("../docs/recipes.md", import.meta.url));

Deno.test("the presets of docs/recipes.md are the presets", () => {
  // deno fmt pads cells and breaks lines.
  const squeeze = (text: string) => text.replace(/-{3,}/g, "---").replace(/\s+/g, " ");
  assertStringIncludes(squeeze(document), squeeze(recipesTable()));
});

Deno.test("every augmentation has its row in docs/recipes.md", () => {
  const rows = [...document.matchAll(/^\| `(\w+)` +\|/gm)].map(([, name]) => name);
  const options = Object.keys(AugmentOptions.shape);
  assert(options.every((option) => rows.includes(option)), options.join());
});

Deno.test("the recipes that docs/recipes.md shows can be asked for", () => {
  const examples = [...document.matchAll(/```json\n([\s\S]+?)```/g)];
  assert(examples.length > 0);
  for (const [, text] of examples) {
    resolveRecipe(RecipeRequest.parse(JSON.parse(text!).recipe), "simclr-cifar");
  }
});
