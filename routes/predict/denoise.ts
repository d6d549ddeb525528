/** Images without their noise. @module */
import { createRoute } from "@hono/zod-openapi";
import type { Noise } from "../../src/schemas/objective.ts";
import {
  type DenoiseOptions,
  DenoiseQuery,
  DenoiseRequest,
  DenoiseResponse,
} from "../../src/schemas/predict/denoise.ts";
import type { Api } from "../api.ts";
import { callOptions, deadlineHeader } from "../call_options.ts";
import { imageBodies } from "../image_bodies.ts";
import { blameOrigin, readImages } from "../images.ts";
import { pngUri } from "../png_uri.ts";
import { embedderProblems, json } from "../responses.ts";
import type { Services } from "../services.ts";
import { invalid } from "../validation.ts";
import { modelWithHead } from "./model_with_head.ts";

export const predictDenoise = createRoute({
  method: "post",
  path: "/v1/predict/denoise",
  operationId: "predictDenoise",
  tags: ["Inference"],
  summary: "Take the noise off an image",
  description: "What the decoder of a denoising autoencoder gives back. 409 if the model has none.",
  parameters: [deadlineHeader],
  request: { query: DenoiseQuery, body: imageBodies(DenoiseRequest, DenoiseQuery) },
  responses: {
    200: json(DenoiseResponse, "The image, and how near it is"),
    ...embedderProblems("conflict"),
  },
});

/** Registers the route. */
export function denoiseRoutes(api: Api, services: Services): void {
  const { config, embedder, models } = services;

  api.route(predictDenoise, async (c) => {
    const call = callOptions(c, config);
    const { options, images, origin } = await readImages(c, {
      json: DenoiseRequest,
      query: DenoiseQuery,
      maxImages: 1,
      maxBytes: config.maxBodyBytes,
    });
    const noise = noiseOf(options);
    const model = await modelWithHead(models, options.model, "denoise");
    const seed = seedOf(options.addNoise);
    const question = { image: images[0]!, seed, noise };
    const [answer] = await embedder.predict(model, "denoise", [question], call)
      .catch(blameOrigin(() => origin(0)));
    const { image, size, added } = answer!;
    return c.json({
      image: pngUri(image),
      size,
      added: added === null
        ? null
        : { seed: seed!, ...added.noise, noisy: pngUri(added.noisy), psnr: added.psnr },
      model: model.name,
      digest: model.digest,
    }, 200);
  }, { checksQuery: false });
}

/** What of the noise is asked for. @throws {InvalidError} If there is to be none. */
function noiseOf({ addNoise, noiseKind, noiseLevel }: DenoiseOptions): Partial<Noise> {
  const given = { noiseKind, noiseLevel };
  const rule = "must be left out where addNoise is false";
  const faults = Object.entries(given)
    .filter(([, value]) => addNoise === false && value !== undefined)
    .map(([path, value]) => ({ path, rule, value }));
  if (faults.length > 0) throw invalid(faults);
  return {
    ...(noiseKind === undefined ? {} : { kind: noiseKind }),
    ...(noiseLevel === undefined ? {} : { level: noiseLevel }),
  };
}

/** The draw is the service's; the answer names it, so that the client can ask for the same again. */
function seedOf(addNoise: DenoiseOptions["addNoise"]): number | null {
  if (addNoise === false) return null;
  return typeof addNoise === "number" ? addNoise : crypto.getRandomValues(new Uint32Array(1))[0]!;
}
