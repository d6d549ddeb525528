/** Predictions of the pretext heads. @module */
import { createRoute } from "@hono/zod-openapi";
import type { Model } from "../src/schemas/model.ts";
import {
  type JigsawOptions,
  JigsawQuery,
  JigsawRequest,
  JigsawResponse,
  RotationOptions,
  RotationRequest,
  RotationResponse,
} from "../src/schemas/predict.ts";
import type { Api } from "./api.ts";
import { callOptions, deadlineHeader } from "./call_options.ts";
import { imageBodies } from "./image_bodies.ts";
import { blameOrigin, readImages } from "./images.ts";
import { resolveModel } from "./resolve_model.ts";
import { json, problems } from "./responses.ts";
import type { Services } from "./services.ts";

const refusals = problems(
  "malformed",
  "not_found",
  "conflict",
  "too_large",
  "unsupported",
  "invalid",
  "overloaded",
  "unavailable",
);

const predictRotation = createRoute({
  method: "post",
  path: "/v1/predict/rotation",
  operationId: "predictRotation",
  tags: ["Inference"],
  summary: "How far images are turned",
  description: "What the rotation head says. 409 if the model has none.",
  parameters: [deadlineHeader],
  // The only option, `model`, is text anyway.
  request: { query: RotationOptions, body: imageBodies(RotationRequest, RotationOptions) },
  responses: { 200: json(RotationResponse, "One prediction an image, in order"), ...refusals },
});

const predictJigsaw = createRoute({
  method: "post",
  path: "/v1/predict/jigsaw",
  operationId: "predictJigsaw",
  tags: ["Inference"],
  summary: "Put the tiles of an image back",
  description: "What the jigsaw head says. 409 if the model has none.",
  parameters: [deadlineHeader],
  request: { query: JigsawQuery, body: imageBodies(JigsawRequest, JigsawQuery) },
  responses: { 200: json(JigsawResponse, "The permutation, and the restored image"), ...refusals },
});

/** Registers the routes. */
export function predictRoutes(api: Api, services: Services): void {
  const { config, embedder, models } = services;
  const maxBytes = config.maxBodyBytes;

  api.route(predictRotation, async (c) => {
    const call = callOptions(c, config);
    const { options, images, origin } = await readImages(c, {
      json: RotationRequest,
      query: RotationOptions,
      maxBytes,
    });
    const model = await resolveModel(models, options.model);
    const predictions = await embedder.predictRotation(model, images, call)
      .catch(blameOrigin(origin));
    return c.json({
      object: "list" as const,
      data: predictions.map(({ degrees, probabilities: [p0, p90, p180, p270] }, index) => ({
        index,
        degrees,
        probabilities: { "0": p0, "90": p90, "180": p180, "270": p270 },
      })),
      model: model.name,
      digest: model.digest,
    }, 200);
  }, { checksQuery: false });

  api.route(predictJigsaw, async (c) => {
    const call = callOptions(c, config);
    const { options, images, origin } = await readImages(c, {
      json: JigsawRequest,
      query: JigsawQuery,
      maxImages: 1,
      maxBytes,
    });
    const model = await resolveModel(models, options.model);
    const { restored, ...prediction } = await embedder
      .predictJigsaw(model, images[0]!, permutationIndex(model, options.shuffle), call)
      .catch(blameOrigin(() => origin(0)));
    return c.json({
      ...prediction,
      restored: `data:image/png;base64,${restored.toBase64()}`,
      model: model.name,
      digest: model.digest,
    }, 200);
  }, { checksQuery: false });
}

/**
 * Which permutation to shuffle by. The draw is the service's, as its ids are; the answer names it,
 * so that the client can ask for the same again.
 */
function permutationIndex(model: Model, shuffle: JigsawOptions["shuffle"]): number | null {
  if (shuffle === false) return null;
  if (typeof shuffle === "number") return shuffle;
  const head = model.spec.objectives.find((spec) => spec.name === "jigsaw");
  // Without a head the embedder refuses, whatever the index.
  if (head === undefined) return 0;
  return crypto.getRandomValues(new Uint32Array(1))[0]! % head.permutations;
}
