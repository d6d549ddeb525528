/** Promotion: aliases moved with care, and back. @module */
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { ConflictError } from "../src/errors.ts";
import { Alias, AliasChange, Promotion, PromotionRequest } from "../src/schemas/alias.ts";
import { Name } from "../src/schemas/name.ts";
import { limitQuery, list, listOf } from "../src/schemas/page.ts";
import type { Api } from "./api.ts";
import { callOptions } from "./call_options.ts";
import { runCanary } from "./canary.ts";
import { resolveModel } from "./resolve_model.ts";
import { embedderProblems, json, jsonBody, problems } from "./responses.ts";
import type { Services } from "./services.ts";

const tags = ["Models"];
const params = z.object({ name: Name.meta({ example: "default" }) });

export const promote = createRoute({
  method: "post",
  path: "/v1/aliases/{name}",
  operationId: "promote",
  tags,
  summary: "Promote a model to an alias, after a canary",
  description: "With `canary`, the new model and the current one embed the same items first; 409 " +
    "with the figures where they agree on too few neighbours. The swap is one write: a request " +
    "uses the one model or the other, and none fails.",
  request: { params, body: jsonBody(PromotionRequest) },
  responses: {
    200: json(Promotion, "The alias as it is now, and what the canary found"),
    ...embedderProblems("conflict"),
  },
});

export const rollback = createRoute({
  method: "post",
  path: "/v1/aliases/{name}/rollback",
  operationId: "rollbackAlias",
  tags,
  summary: "Point an alias back to the model before",
  description: "Undoes the last change; done twice, it undoes itself.",
  request: { params },
  responses: {
    200: json(Alias, "The alias as it is now"),
    ...problems("not_found", "conflict", "invalid"),
  },
});

export const history = createRoute({
  method: "get",
  path: "/v1/aliases/{name}/history",
  operationId: "aliasHistory",
  tags,
  summary: "What an alias pointed to",
  request: { params, query: z.strictObject({ limit: limitQuery(100, 1000) }) },
  responses: {
    200: json(listOf(AliasChange), "Its changes, newest first"),
    ...problems("not_found", "invalid"),
  },
});

/** Registers the routes. */
export function promotionRoutes(api: Api, services: Services): void {
  const { models, config } = services;
  api.route(promote, async (c) => {
    const { name } = c.req.valid("param");
    const { model, canary } = c.req.valid("json");
    const next = await resolveModel(models, model);
    if (canary === undefined) {
      return c.json({ ...await models.setAlias(name, next.id), canary: null }, 200);
    }
    const current = (await models.aliases()).find((alias) => alias.name === name);
    if (current === undefined) {
      throw new ConflictError(`Cannot compare: the alias points to no model yet, ${name}`, {
        errors: [{ path: "canary", rule: "must be left out for a new alias", value: canary }],
      });
    }
    const pair = { current: await models.resolve(current.model), next };
    const report = await runCanary(services, canary, pair, callOptions(c, config));
    const judged = { current: current.model, canary: report };
    return c.json({ ...await models.setAlias(name, next.id, judged), canary: report }, 200);
  });
  api.route(
    rollback,
    async (c) => c.json(await models.rollbackAlias(c.req.valid("param").name), 200),
  );
  api.route(history, async (c) => {
    const { limit } = c.req.valid("query");
    return c.json(list(await models.aliasHistory(c.req.valid("param").name, limit)), 200);
  });
}
