/** Similarity: cosines between images or vectors. @module */
import { createRoute } from "@hono/zod-openapi";
import type { z } from "zod";
import { ConflictError } from "../src/errors.ts";
import { ImageInputs } from "../src/schemas/image_input.ts";
import type { Model } from "../src/schemas/model.ts";
import {
  MAX_ROWS,
  SimilarityForm,
  SimilarityRequest,
  SimilarityResponse,
} from "../src/schemas/similarity.ts";
import type { Api } from "./api.ts";
import { readJson, requireMediaType } from "./body.ts";
import { callOptions, deadlineHeader } from "./call_options.ts";
import { cosineSimilarity } from "./cosine_similarity.ts";
import { imageBodies } from "./image_bodies.ts";
import {
  blameOrigin,
  decodeImages,
  type Origin,
  readImages,
  type ReceivedImages,
} from "./images.ts";
import { resolveModel } from "./resolve_model.ts";
import { embedderProblems, json } from "./responses.ts";
import type { CallOptions, Services } from "./services.ts";
import { check, invalid } from "./validation.ts";

/** JSON or a form; one image by itself has nothing to be compared with. */
function similarityBodies() {
  const { content: { "application/json": json, "multipart/form-data": form }, ...rest } =
    imageBodies(SimilarityRequest, SimilarityForm);
  return { ...rest, content: { "application/json": json, "multipart/form-data": form } };
}

export const compare = createRoute({
  method: "post",
  path: "/v1/similarity",
  operationId: "compare",
  tags: ["Inference"],
  summary: "Cosine similarity of images or vectors",
  description: "Images against each other (`input`) or against others (`a`, `b`), embedded by " +
    "`model`; or vectors against each other (`embeddings`) or against others (`a`, `b` with the " +
    "digest of their model). Vectors of different models do not compare: 409. A form with files " +
    "compares these with each other.",
  parameters: [deadlineHeader],
  request: { body: similarityBodies() },
  responses: {
    200: json(SimilarityResponse, "The matrix"),
    ...embedderProblems("conflict"),
  },
});

/** Registers the routes. */
export function similarityRoutes(api: Api, services: Services): void {
  api.route(compare, async (c) => {
    const call = callOptions(c, services.config);
    if (requireMediaType(c, ["application/json", "multipart/form-data"]) !== "application/json") {
      const received = await readImages(c, {
        json: SimilarityForm.extend({ input: ImageInputs }),
        query: SimilarityForm,
        maxImages: MAX_ROWS,
        maxBytes: services.config.maxBodyBytes,
      });
      return c.json(await ofReceived(services, received, call), 200);
    }
    const body = await readJson(c, services.config.maxBodyBytes);
    const request = check(SimilarityRequest, body, "body");
    if ("embeddings" in request) {
      return c.json({ similarity: await cosineSimilarity(request.embeddings) }, 200);
    }
    if ("input" in request) {
      return c.json(await ofImages(services, request.model, request.input, undefined, call), 200);
    }
    if ("model" in request) {
      return c.json(await ofImages(services, request.model, request.a, request.b, call), 200);
    }
    const { a, b } = request;
    if (a.digest !== b.digest) {
      throw new ConflictError(
        "Cannot compare vectors of different models: their digests differ",
        { errors: [{ path: "b.digest", rule: `must be that of a, ${a.digest}`, value: b.digest }] },
      );
    }
    const dimensions = a.embeddings[0]!.length;
    const other = b.embeddings[0]!.length;
    if (other !== dimensions) {
      const rule = `must have as many numbers as the rows of a, ${dimensions}`;
      throw invalid([{ path: "b.embeddings[0]", rule, value: other }]);
    }
    const similarity = await cosineSimilarity(a.embeddings, b.embeddings);
    return c.json({ similarity, digest: a.digest }, 200);
  });
}

async function ofImages(
  services: Services,
  reference: string,
  a: string[],
  b: string[] | undefined,
  call: CallOptions,
): Promise<SimilarityResponse> {
  const images = decodeImages(a, b === undefined ? "input" : "a");
  if (b !== undefined) images.push(...decodeImages(b, "b"));
  const origin = (i: number): Origin => {
    if (b === undefined) return { path: `input[${i}]`, value: a[i]! };
    if (i < a.length) return { path: `a[${i}]`, value: a[i]! };
    return { path: `b[${i - a.length}]`, value: b[i - a.length]! };
  };
  const model = await resolveModel(services.models, reference);
  const rows = await embed(services, model, images, origin, call);
  const similarity = b === undefined
    ? await cosineSimilarity(rows)
    : await cosineSimilarity(rows.slice(0, a.length), rows.slice(a.length));
  return { similarity, model: model.name, digest: model.digest };
}

/** The files of a form against each other. */
async function ofReceived(
  services: Services,
  { options, images, origin }: ReceivedImages<z.infer<typeof SimilarityForm>>,
  call: CallOptions,
): Promise<SimilarityResponse> {
  const model = await resolveModel(services.models, options.model);
  const rows = await embed(services, model, images, origin, call);
  return { similarity: await cosineSimilarity(rows), model: model.name, digest: model.digest };
}

/** @throws {InvalidError} With where an image came from, if it has no direction. */
async function embed(
  { embedder }: Services,
  model: Model,
  images: Uint8Array[],
  origin: (index: number) => Origin,
  call: CallOptions,
): Promise<Float32Array[]> {
  const { embeddings, dimensions } = await embedder.embed(model, images, call)
    .catch(blameOrigin(origin));
  const rows = images.map((_, i) => embeddings.subarray(i * dimensions, (i + 1) * dimensions));
  rows.forEach((row, i) => {
    if (row.every((x) => x === 0)) {
      const rule = "must have an embedding with a direction; this one's is all zeros";
      throw invalid([{ rule, value: null, ...origin(i) }]);
    }
  });
  return rows;
}
