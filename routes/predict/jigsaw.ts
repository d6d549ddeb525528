/** In which order the tiles of an image are. @module */
import { createRoute } from "@hono/zod-openapi";
import type { Model } from "../../src/schemas/model.ts";
import {
  type JigsawOptions,
  JigsawQuery,
  JigsawRequest,
  JigsawResponse,
} from "../../src/schemas/predict/jigsaw.ts";
import { headFor } from "../../src/schemas/pretext.ts";
import type { Api } from "../api.ts";
import { callOptions, deadlineHeader } from "../call_options.ts";
import { imageBodies } from "../image_bodies.ts";
import { blameOrigin, readImages } from "../images.ts";
import { embedderProblems, json } from "../responses.ts";
import type { Services } from "../services.ts";
import { modelWithHead } from "./model_with_head.ts";

export const predictJigsaw = createRoute({
  method: "post",
  path: "/v1/predict/jigsaw",
  operationId: "predictJigsaw",
  tags: ["Inference"],
  summary: "Put the tiles of an image back",
  description: "What the jigsaw head says. 409 if the model has none.",
  parameters: [deadlineHeader],
  request: { query: JigsawQuery, body: imageBodies(JigsawRequest, JigsawQuery) },
  responses: {
    200: json(JigsawResponse, "The permutation, and the restored image"),
    ...embedderProblems("conflict"),
  },
});

/** Registers the route. */
export function jigsawRoutes(api: Api, services: Services): void {
  const { config, embedder, models } = services;
  const maxBytes = config.maxBodyBytes;

  api.route(predictJigsaw, async (c) => {
    const call = callOptions(c, config);
    const { options, images, origin } = await readImages(c, {
      json: JigsawRequest,
      query: JigsawQuery,
      maxImages: 1,
      maxBytes,
    });
    const model = await modelWithHead(models, options.model, "jigsaw");
    const question = { image: images[0]!, shuffle: permutationIndex(model, options.shuffle) };
    const [answer] = await embedder.predict(model, "jigsaw", [question], call)
      .catch(blameOrigin(() => origin(0)));
    const { restored, ...prediction } = answer!;
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
  const { permutations } = headFor(model.spec, "jigsaw")!;
  return crypto.getRandomValues(new Uint32Array(1))[0]! % permutations;
}
