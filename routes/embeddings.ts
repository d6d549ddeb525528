/** Embeddings, in the shape of OpenAI's API. @module */
import { createRoute } from "@hono/zod-openapi";
import { InternalError } from "../src/errors.ts";
import {
  type EmbeddingOptions,
  EmbeddingQuery,
  EmbeddingRequest,
  EmbeddingResponse,
} from "../src/schemas/embedding.ts";
import type { Model } from "../src/schemas/model.ts";
import type { Api } from "./api.ts";
import { callOptions, deadlineHeader } from "./call_options.ts";
import { imageBodies } from "./image_bodies.ts";
import { blameOrigin, readImages } from "./images.ts";
import { resolveModel } from "./resolve_model.ts";
import { embedderProblems, json } from "./responses.ts";
import type { Services } from "./services.ts";
import { invalid } from "./validation.ts";

export const createEmbeddings = createRoute({
  method: "post",
  path: "/v1/embeddings",
  operationId: "createEmbeddings",
  tags: ["Inference"],
  summary: "Embed images",
  description: "The vector of each image, in order. OpenAI's clients work unchanged; images come " +
    "as data URIs or base64 in `input`. A form with files, or one image as the body, works too; " +
    "their options are form fields or query parameters of the same names. Unknown fields are " +
    "ignored here and nowhere else.",
  parameters: [deadlineHeader],
  request: { query: EmbeddingQuery, body: imageBodies(EmbeddingRequest, EmbeddingQuery) },
  responses: {
    200: json(EmbeddingResponse, "The vectors"),
    ...embedderProblems(),
  },
});

/** Registers the routes. */
export function embeddingRoutes(api: Api, services: Services): void {
  const { config, embedder, models } = services;
  api.route(createEmbeddings, async (c) => {
    const call = callOptions(c, config);
    const { options, images, origin } = await readImages(c, {
      json: EmbeddingRequest,
      query: EmbeddingQuery,
      maxBytes: config.maxBodyBytes,
    });
    const model = await resolveModel(models, options.model);
    const dimensions = dimensionsOf(model, options);
    const rows = await embedder.embed(model, images, call).catch(blameOrigin(origin));
    return c.json({
      object: "list" as const,
      data: images.map((_, index) => ({
        object: "embedding" as const,
        index,
        embedding: encode(
          rows.embeddings,
          index * rows.dimensions,
          dimensions,
          options,
        ),
      })),
      model: model.name,
      usage: { prompt_tokens: 0, total_tokens: 0 },
      digest: model.digest,
      dimensions,
    }, 200);
  }, { checksQuery: false });
}

/** Before the images are queued: a model cannot give more numbers than it has. */
function dimensionsOf(model: Model, options: EmbeddingOptions): number {
  const most = model.spec.dimensions;
  const dimensions = options.dimensions ?? most;
  if (dimensions > most) {
    const rule = `must be at most ${most}, the model's`;
    throw invalid([{ path: "dimensions", rule, value: dimensions }]);
  }
  return dimensions;
}

/**
 * `length` numbers from `start`, scaled to unit length if asked to, in one of OpenAI's two formats.
 * All platforms that Deno runs on are little-endian, as base64 wants it.
 */
function encode(
  numbers: Float32Array,
  start: number,
  length: number,
  { normalize, encoding_format }: EmbeddingOptions,
): number[] | string {
  const norm = normOf(numbers, start, length);
  const divisor = normalize && norm > 0 ? norm : 1;
  if (encoding_format === "base64") {
    const row = numbers.slice(start, start + length);
    for (let i = 0; i < length; i++) row[i]! /= divisor;
    return new Uint8Array(row.buffer).toBase64();
  }
  // `Array.from` makes an object of each number that a typed array gives it.
  const row = new Array<number>(length);
  for (let i = 0; i < length; i++) row[i] = Math.fround(numbers[start + i]! / divisor);
  return row;
}

/** @throws {InternalError} If it is not finite. */
function normOf(numbers: Float32Array, start: number, length: number): number {
  let squares = 0;
  for (let i = start; i < start + length; i++) squares += numbers[i]! * numbers[i]!;
  const norm = Math.sqrt(squares);
  if (Number.isFinite(norm)) return norm;
  throw new InternalError("Cannot answer: an embedding holds a number that is not finite");
}
