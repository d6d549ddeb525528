/** Where patches lie beside each other. @module */
import { createRoute } from "@hono/zod-openapi";
import {
  PLACES,
  RelativePositionOptions,
  RelativePositionRequest,
  RelativePositionResponse,
} from "../../src/schemas/predict/relative_position.ts";
import type { Api } from "../api.ts";
import { callOptions, deadlineHeader } from "../call_options.ts";
import { imageBodies } from "../image_bodies.ts";
import { blameOrigin, readImages } from "../images.ts";
import { embedderProblems, json } from "../responses.ts";
import type { Services } from "../services.ts";
import { modelWithHead } from "./model_with_head.ts";

export const predictRelativePosition = createRoute({
  method: "post",
  path: "/v1/predict/relative-position",
  operationId: "predictRelativePosition",
  tags: ["Inference"],
  summary: "Where patches lie beside each other",
  description: "What the relative-position head says of the outer patches of an image around its " +
    "centre, or of one patch beside another. 409 if the model has none.",
  parameters: [deadlineHeader],
  request: {
    query: RelativePositionOptions,
    body: imageBodies(RelativePositionRequest, RelativePositionOptions),
  },
  responses: {
    200: json(RelativePositionResponse, "One answer a patch"),
    ...embedderProblems("conflict"),
  },
});

/** Registers the route. */
export function relativePositionRoutes(api: Api, services: Services): void {
  const { config, embedder, models } = services;

  api.route(predictRelativePosition, async (c) => {
    const call = callOptions(c, config);
    const { options, images, origin } = await readImages(c, {
      json: RelativePositionRequest,
      query: RelativePositionOptions,
      maxImages: 2,
      maxBytes: config.maxBodyBytes,
    });
    const model = await modelWithHead(models, options.model, "relative-position");
    const [answer] = await embedder.predict(model, "relative-position", [{ images }], call)
      .catch(blameOrigin(origin));
    const data = answer!.probabilities.map((row, i) => ({
      actual: images.length === 1 ? PLACES[i]! : null,
      place: PLACES[row.indexOf(Math.max(...row))]!,
      probabilities: Object.fromEntries(
        PLACES.map((place, k) => [place, row[k]!]),
      ) as Record<(typeof PLACES)[number], number>,
    }));
    const right = data.filter(({ actual, place }) => actual === place).length;
    return c.json({
      object: "list" as const,
      data,
      accuracy: images.length === 1 ? right / data.length : null,
      model: model.name,
      digest: model.digest,
    }, 200);
  }, { checksQuery: false });
}
