/** How far images are turned. @module */
import { createRoute } from "@hono/zod-openapi";
import {
  RotationOptions,
  RotationRequest,
  RotationResponse,
} from "../../src/schemas/predict/rotation.ts";
import type { Api } from "../api.ts";
import { callOptions, deadlineHeader } from "../call_options.ts";
import { imageBodies } from "../image_bodies.ts";
import { blameOrigin, readImages } from "../images.ts";
import { embedderProblems, json } from "../responses.ts";
import type { Services } from "../services.ts";
import { modelWithHead } from "./model_with_head.ts";

export const predictRotation = createRoute({
  method: "post",
  path: "/v1/predict/rotation",
  operationId: "predictRotation",
  tags: ["Inference"],
  summary: "How far images are turned",
  description: "What the rotation head says. 409 if the model has none.",
  parameters: [deadlineHeader],
  // The only option, `model`, is text anyway.
  request: { query: RotationOptions, body: imageBodies(RotationRequest, RotationOptions) },
  responses: {
    200: json(RotationResponse, "One prediction an image, in order"),
    ...embedderProblems("conflict"),
  },
});

/** Registers the route. */
export function rotationRoutes(api: Api, services: Services): void {
  const { config, embedder, models } = services;
  const maxBytes = config.maxBodyBytes;

  api.route(predictRotation, async (c) => {
    const call = callOptions(c, config);
    const { options, images, origin } = await readImages(c, {
      json: RotationRequest,
      query: RotationOptions,
      maxBytes,
    });
    const model = await modelWithHead(models, options.model, "rotation");
    const predictions = await embedder
      .predict(model, "rotation", images.map((image) => ({ image })), call)
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
}
