/** Images as an autoencoder gives them back. @module */
import { createRoute } from "@hono/zod-openapi";
import {
  ReconstructOptions,
  ReconstructRequest,
  ReconstructResponse,
} from "../../src/schemas/predict/reconstruct.ts";
import type { Api } from "../api.ts";
import { callOptions, deadlineHeader } from "../call_options.ts";
import { imageBodies } from "../image_bodies.ts";
import { blameOrigin, readImages } from "../images.ts";
import { pngUri } from "../png_uri.ts";
import { embedderProblems, json } from "../responses.ts";
import type { Services } from "../services.ts";
import { modelWithHead } from "./model_with_head.ts";

export const predictReconstruct = createRoute({
  method: "post",
  path: "/v1/predict/reconstruct",
  operationId: "predictReconstruct",
  tags: ["Inference"],
  summary: "Images from their features",
  description: "What the decoder of an autoencoder gives back. 409 if the model has none.",
  parameters: [deadlineHeader],
  // The only option, `model`, is text anyway.
  request: { query: ReconstructOptions, body: imageBodies(ReconstructRequest, ReconstructOptions) },
  responses: {
    200: json(ReconstructResponse, "One image each, in order"),
    ...embedderProblems("conflict"),
  },
});

/** Registers the route. */
export function reconstructRoutes(api: Api, services: Services): void {
  const { config, embedder, models } = services;

  api.route(predictReconstruct, async (c) => {
    const call = callOptions(c, config);
    const { options, images, origin } = await readImages(c, {
      json: ReconstructRequest,
      query: ReconstructOptions,
      maxBytes: config.maxBodyBytes,
    });
    const model = await modelWithHead(models, options.model, "reconstruct");
    const answers = await embedder
      .predict(model, "reconstruct", images.map((image) => ({ image })), call)
      .catch(blameOrigin(origin));
    return c.json({
      object: "list" as const,
      data: answers.map(({ image, ...rest }, index) => ({ index, image: pngUri(image), ...rest })),
      model: model.name,
      digest: model.digest,
    }, 200);
  }, { checksQuery: false });
}
