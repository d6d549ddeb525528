/** Models that come from elsewhere, as `.alike` files. @module */
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import type { Model } from "../src/schemas/model.ts";
import { Name } from "../src/schemas/name.ts";
import type { Api } from "./api.ts";
import { limitedBody, requireMediaType } from "./body.ts";
import type { AppContext } from "./context.ts";
import { ModelObject, toModelObject } from "./models.ts";
import { json, problems } from "./responses.ts";
import type { Services } from "./services.ts";
import { invalid } from "./validation.ts";

const importModel = createRoute({
  method: "post",
  path: "/v1/models",
  operationId: "importModel",
  tags: ["Models"],
  summary: "Import a model",
  description:
    "The body is what `GET /v1/models/{model}/export?format=alike` gave, here or elsewhere. " +
    "Its digest is checked, every weight's name and shape, and its golden vectors: inputs with " +
    "the embeddings that the service it comes from made of them, which this one must make within " +
    "1e-4. A file that fails, or is cut off, leaves nothing behind. Its data set and job need not " +
    "exist here; `card.imported` says where it comes from. No alias is moved.",
  request: {
    query: z.strictObject({
      name: Name.optional()
        .meta({ description: "Name of the model. Default: its own", example: "cats" }),
    }),
    body: {
      required: true,
      content: {
        "application/octet-stream": { schema: { type: "string", format: "binary" } },
      },
    },
  },
  responses: {
    200: json(ModelObject, "The model of that digest, which was there already"),
    201: {
      ...json(ModelObject, "The model"),
      headers: { Location: { description: "Where it is", schema: { type: "string" } } },
    },
    ...problems(
      "malformed",
      "conflict",
      "too_large",
      "unsupported",
      "invalid",
      "overloaded",
      "unavailable",
    ),
  },
});

/** Registers the route. */
export function modelImportRoutes(api: Api, services: Services): void {
  api.route(importModel, async (c) => {
    requireMediaType(c, ["application/octet-stream"]);
    const { model, created } = await receiveModel(c, c.req.valid("query").name, services);
    const answer = toModelObject(model);
    if (!created) return c.json(answer, 200);
    return c.json(answer, 201, { location: `/v1/models/${model.id}` });
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
  return await models.import({ body, name, signal: c.var.signal });
}
