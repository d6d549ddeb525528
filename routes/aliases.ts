/** Aliases: movable names of models. @module */
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { Alias, AliasRequest } from "../src/schemas/alias.ts";
import { Name } from "../src/schemas/name.ts";
import { list, listOf } from "../src/schemas/page.ts";
import type { Api } from "./api.ts";
import { resolveModel } from "./resolve_model.ts";
import { json, jsonBody, problems } from "./responses.ts";
import type { Services } from "./services.ts";

const tags = ["Models"];

export const listAliases = createRoute({
  method: "get",
  path: "/v1/aliases",
  operationId: "listAliases",
  tags,
  summary: "List aliases",
  responses: { 200: json(listOf(Alias), "All of them, by name"), ...problems() },
});

export const setAlias = createRoute({
  method: "put",
  path: "/v1/aliases/{name}",
  operationId: "setAlias",
  tags,
  summary: "Point an alias to a model",
  description: "Made if it is new. Requests that name the alias use the model from then on; " +
    "`default` is what requests use that name no model.",
  request: {
    params: z.object({ name: Name.meta({ example: "default" }) }),
    body: jsonBody(AliasRequest),
  },
  responses: {
    200: json(Alias, "The alias as it is now"),
    ...problems("malformed", "not_found", "too_large", "unsupported", "invalid"),
  },
});

/** Registers the routes. */
export function aliasRoutes(api: Api, { models }: Services): void {
  api.route(listAliases, async (c) => c.json(list(await models.aliases()), 200));
  api.route(setAlias, async (c) => {
    const { id } = await resolveModel(models, c.req.valid("json").model);
    return c.json(await models.setAlias(c.req.valid("param").name, id), 200);
  });
}
