/** Recipes: the presets there are. @module */
import { createRoute } from "@hono/zod-openapi";
import { list, listOf } from "../src/schemas/page.ts";
import { RecipeCard, recipeCards } from "../src/schemas/recipe_cards.ts";
import type { Api } from "./api.ts";
import { json, problems } from "./responses.ts";

export const listRecipes = createRoute({
  method: "get",
  path: "/v1/recipes",
  operationId: "listRecipes",
  tags: ["Jobs"],
  summary: "List recipes",
  description: "The presets that `recipe` may name, with every value and where it is from. A job " +
    "may replace any of them: `{preset, augment, optimizer, schedule}`.",
  responses: { 200: json(listOf(RecipeCard), "All of them"), ...problems() },
});

/** Registers the routes. */
export function recipeRoutes(api: Api): void {
  api.route(listRecipes, (c) => c.json(list(recipeCards()), 200));
}
