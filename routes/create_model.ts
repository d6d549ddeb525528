/** Models that no job makes: of another block of one that is there, or from elsewhere. @module */
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import type { Model } from "../src/schemas/model.ts";
import { Name } from "../src/schemas/name.ts";
import { ServeBlockRequest } from "../src/schemas/serve_block.ts";
import type { Api } from "./api.ts";
import { limitedBody, readJson, requireMediaType } from "./body.ts";
import type { AppContext } from "./context.ts";
import { ModelObject, toModelObject } from "./model_object.ts";
import { created, json, problems } from "./responses.ts";
import type { Services } from "./services.ts";
import { check, invalid } from "./validation.ts";

export const createModel = createRoute({
  method: "post",
  path: "/v1/models",
  operationId: "createModel",
  tags: ["Models"],
  summary: "Import a model, or serve another block of one",
  description:
    "A JSON body makes a model that answers with the pooled output of another block of the " +
    "encoder: pretext tasks leave much in the last block that is of use to them only, so that one " +
    "before it may tell images apart better. Weights and heads are a copy, so either model can be " +
    "deleted; `dimensions` follows. Embeddings, similarity, collections, exports and evaluation " +
    "jobs use the block that is served, predictions of heads the whole encoder.\n\n" +
    "An octet-stream is what `GET /v1/models/{model}/export?format=alike` gave, here or " +
    "elsewhere. Its digest is checked, every weight's name and shape, and its golden vectors: " +
    "inputs with the embeddings that the service it comes from made of them, which this one must " +
    "make within 1e-4. A file that fails, or is cut off, leaves nothing behind. Its data set and " +
    "job need not exist here; `card.imported` says where it comes from. No alias is moved.",
  request: {
    query: z.strictObject({
      name: Name.optional()
        .meta({ description: "Name of an imported model. Default: its own", example: "cats" }),
    }),
    body: {
      required: true,
      content: {
        "application/json": { schema: ServeBlockRequest },
        "application/octet-stream": { schema: { type: "string", format: "binary" } },
      },
    },
  },
  responses: {
    200: json(ModelObject, "The model of that digest, which had been imported before"),
    201: created(ModelObject, "The new model"),
    ...problems(
      "malformed",
      "not_found",
      "conflict",
      "too_large",
      "unsupported",
      "invalid",
      "corrupt",
      "overloaded",
      "unavailable",
    ),
  },
});

/** Registers the route. */
export function createModelRoutes(api: Api, services: Services): void {
  const { config, models } = services;
  api.route(createModel, async (c) => {
    const mediaType = requireMediaType(c, ["application/json", "application/octet-stream"]);
    const { name } = c.req.valid("query");
    let made: { model: Model; created: boolean };
    if (mediaType === "application/json") {
      if (name !== undefined) {
        throw invalid([{ path: "name", rule: "must be in the body, which is JSON", value: name }]);
      }
      const request = check(ServeBlockRequest, await readJson(c, config.maxBodyBytes), "body");
      made = { model: await models.serveBlock(request), created: true };
    } else {
      made = await receiveModel(c, name, services);
    }
    const answer = toModelObject(made.model);
    if (!made.created) return c.json(answer, 200);
    return c.json(answer, 201, { location: `/v1/models/${answer.id}` });
  }, { timeLimit: false });
}

/** Makes a model of the body, an `.alike` file. @throws As `ModelService.import` does. */
async function receiveModel(
  c: AppContext,
  name: string | undefined,
  { config, models }: Services,
): Promise<{ model: Model; created: boolean }> {
  const { maxUploadBytes, requestTimeoutMs } = config;
  const body = limitedBody(c, maxUploadBytes, "ALIKE_MAX_UPLOAD_BYTES", requestTimeoutMs);
  if (body === null) throw invalid([{ path: "body", rule: "must not be empty", value: null }]);
  return await models.import({ body, name, signal: c.get("signal") });
}
