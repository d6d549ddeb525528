/** In which order frames were taken. @module */
import { createRoute } from "@hono/zod-openapi";
import {
  FrameOrderOptions,
  FrameOrderRequest,
  FrameOrderResponse,
  MOST_ORDERED,
} from "../../src/schemas/predict/frame_order.ts";
import type { Api } from "../api.ts";
import { callOptions, deadlineHeader } from "../call_options.ts";
import { imageBodies } from "../image_bodies.ts";
import { blameOrigin, readImages } from "../images.ts";
import { embedderProblems, json } from "../responses.ts";
import type { Services } from "../services.ts";
import { invalid } from "../validation.ts";
import { modelWithHead } from "./model_with_head.ts";

export const predictFrameOrder = createRoute({
  method: "post",
  path: "/v1/predict/frame-order",
  operationId: "predictFrameOrder",
  tags: ["Inference"],
  summary: "In which order frames were taken",
  description: "What the frame-order head says of three or more frames in the order given, or of " +
    "an animated GIF or WebP: whether they are in order, and for up to five frames, in which " +
    "order they most probably were. Backwards is an order too. 409 if the model has no such head.",
  parameters: [deadlineHeader],
  request: {
    query: FrameOrderOptions,
    body: imageBodies(FrameOrderRequest, FrameOrderOptions),
  },
  responses: {
    200: json(FrameOrderResponse, "How probably they are in order"),
    ...embedderProblems("conflict"),
  },
});

/** Registers the route. */
export function frameOrderRoutes(api: Api, services: Services): void {
  const { config, embedder, models } = services;

  api.route(predictFrameOrder, async (c) => {
    const call = callOptions(c, config);
    const { options, images, origin } = await readImages(c, {
      json: FrameOrderRequest,
      query: FrameOrderOptions,
      maxImages: MOST_ORDERED,
      maxBytes: config.maxBodyBytes,
    });
    // One may be animated, which only decoding tells.
    if (images.length === 2) {
      throw invalid([{
        path: "input",
        rule: "must be at least 3 frames, or 1 animation",
        value: 2,
      }]);
    }
    const model = await modelWithHead(models, options.model, "frame-order");
    const [answer] = await embedder.predict(model, "frame-order", [{ images }], call)
      .catch(blameOrigin(origin));
    return c.json({
      object: "frame-order" as const,
      ...answer!,
      model: model.name,
      digest: model.digest,
    }, 200);
  }, { checksQuery: false });
}
