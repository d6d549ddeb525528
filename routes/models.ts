/** Models: read, exported, deleted. @module */
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import type { JudgedModel } from "../src/schemas/model.ts";
import { ExportFormatName } from "../src/schemas/export.ts";
import { list, listOf } from "../src/schemas/page.ts";
import { idOf, ModelReference } from "../src/schemas/reference.ts";
import type { Api } from "./api.ts";
import { callOptions, deadlineHeader } from "./call_options.ts";
import { cardPage } from "./card/card_page.ts";
import { JudgedModelObject, ModelObject, toModelObject } from "./model_object.ts";
import { json, problems } from "./responses.ts";
import type { Services } from "./services.ts";

const tags = ["Models"];

const file = { schema: { type: "string", format: "binary" } } as const;

const ModelDeleted = z.object({
  id: z.string(),
  object: z.literal("model"),
  deleted: z.literal(true),
}).meta({
  id: "ModelDeleted",
  example: { id: "model_6f1d2c3b4a596877", object: "model", deleted: true },
});

export const listModels = createRoute({
  method: "get",
  path: "/v1/models",
  operationId: "listModels",
  tags,
  summary: "List models",
  responses: { 200: json(listOf(ModelObject), "All of them, newest first"), ...problems() },
});

export const getModel = createRoute({
  method: "get",
  path: "/v1/models/{model}",
  operationId: "getModel",
  tags,
  summary: "A model and its card",
  description: "With what evaluation jobs have found out about it since.",
  request: { params: z.object({ model: ModelReference }) },
  responses: { 200: json(JudgedModelObject, "The model"), ...problems("not_found", "invalid") },
});

export const getModelCard = createRoute({
  method: "get",
  path: "/v1/models/{model}/card",
  operationId: "getModelCard",
  tags,
  summary: "A model's card as a page",
  description: "For people: what was trained on what, every result with its interval, confusion, " +
    "recipe, notes. Needs no script and asks for nothing else.",
  request: { params: z.object({ model: ModelReference }) },
  responses: {
    200: {
      description: "The page",
      content: { "text/html": { schema: z.string() } },
    },
    ...problems("not_found", "invalid"),
  },
});

export const exportModel = createRoute({
  method: "get",
  path: "/v1/models/{model}/export",
  operationId: "exportModel",
  tags,
  summary: "A model as a file",
  parameters: [deadlineHeader],
  description: "To run it without Alike, or (`alike`) to take it to another one.",
  request: {
    params: z.object({ model: ModelReference }),
    query: z.strictObject({ format: ExportFormatName }),
  },
  responses: {
    200: {
      description: "The file",
      content: { "application/octet-stream": file, "application/zip": file },
    },
    ...problems("not_found", "invalid", "conflict", "overloaded", "unavailable", "corrupt"),
  },
});

export const deleteModel = createRoute({
  method: "delete",
  path: "/v1/models/{model}",
  operationId: "deleteModel",
  tags,
  summary: "Delete a model",
  description:
    "By id alone: a name may mean another model than it did. 409 while an alias points " +
    "to it.",
  request: { params: z.object({ model: idOf("model") }) },
  responses: {
    200: json(ModelDeleted, "It is gone"),
    ...problems("not_found", "conflict", "invalid"),
  },
});

/** Registers the routes. */
export function modelRoutes(api: Api, { config, models }: Services): void {
  api.route(
    listModels,
    async (c) => c.json(list((await models.list()).map(toModelObject)), 200),
  );
  const judged = async (reference: string): Promise<JudgedModel> => {
    const model = await models.resolve(reference);
    return { ...model, evaluations: await models.evaluations(model.id) };
  };
  api.route(
    getModel,
    async (c) => c.json(toModelObject(await judged(c.req.valid("param").model)), 200),
  );
  api.route(
    getModelCard,
    async (c) => c.html(cardPage(await judged(c.req.valid("param").model)), 200),
  );
  api.route(exportModel, async (c) => {
    const { model } = c.req.valid("param");
    const { format } = c.req.valid("query");
    const file = await models.export(model, format, callOptions(c, config));
    return c.body(file.bytes, 200, {
      "content-type": file.mediaType,
      // Names of models have no character that would have to be quoted.
      "content-disposition": `attachment; filename="${file.name}"`,
    });
  });
  api.route(deleteModel, async (c) => {
    const { model: id } = c.req.valid("param");
    await models.delete(id);
    return c.json({ id, object: "model" as const, deleted: true as const }, 200);
  });
}
