/** A model that serves another block of its encoder, made from one that is there. @module */
import { createRoute } from "@hono/zod-openapi";
import { ServeBlockRequest } from "../src/schemas/serve_block.ts";
import type { Api } from "./api.ts";
import { ModelObject, toModelObject } from "./model_object.ts";
import { json, jsonBody, problems } from "./responses.ts";
import type { Services } from "./services.ts";

const serveBlock = createRoute({
  method: "post",
  path: "/v1/models",
  operationId: "serveBlock",
  tags: ["Models"],
  summary: "Serve another block of a model",
  description:
    "Makes a model that answers with the pooled output of another block of the encoder: pretext " +
    "tasks leave much in the last block that is of use to them only, so that one before it may " +
    "tell images apart better. Weights and heads are a copy, so either model can be deleted; " +
    "`dimensions` follows. Embeddings, similarity, collections, exports and evaluation jobs use " +
    "the block that is served, predictions of heads the whole encoder.",
  request: { body: jsonBody(ServeBlockRequest) },
  responses: {
    201: {
      ...json(ModelObject, "The new model"),
      headers: { Location: { description: "Where it is", schema: { type: "string" } } },
    },
    ...problems("malformed", "not_found", "too_large", "unsupported", "invalid", "corrupt"),
  },
});

/** Registers the route. */
export function modelBlockRoutes(api: Api, { models }: Services): void {
  api.route(serveBlock, async (c) => {
    const model = await models.serveBlock(c.req.valid("json"));
    return c.json(toModelObject(model), 201, { location: `/v1/models/${model.id}` });
  });
}
