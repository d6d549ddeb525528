/** Search of a collection: alikes, near-duplicates, clusters. @module */
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { ConflictError, NotFoundError } from "../src/errors.ts";
import { Name } from "../src/schemas/name.ts";
import {
  Clusters,
  Duplicates,
  type Hit,
  MAX_QUERIES,
  SearchQuery,
  SearchRequest,
  SearchResponse,
} from "../src/schemas/search.ts";
import { integerText } from "../src/schemas/text_value.ts";
import { unitVectors } from "../src/stores/unit_vectors.ts";
import type { Api } from "./api.ts";
import { callOptions, deadlineHeader } from "./call_options.ts";
import { imageBodies } from "./image_bodies.ts";
import { blameOrigin, readImages, type ReceivedImages } from "./images.ts";
import { embedderProblems, json, problems } from "./responses.ts";
import type { CallOptions, Services } from "./services.ts";
import { invalid } from "./validation.ts";

const tags = ["Search"];
const params = z.object({
  collection: Name.meta({ description: "Name of the collection", example: "cats" }),
});

export const searchCollection = createRoute({
  method: "post",
  path: "/v1/collections/{collection}/search",
  operationId: "searchCollection",
  tags,
  summary: "Find alikes",
  description:
    "The nearest items of each query by cosine similarity, exactly. Queries are images " +
    "(data URIs or base64 in `input`, files of a form, or one image as the body), `vectors` of the " +
    "collection's model (409 if their digest is another's), or `items` of the collection. Several " +
    "at a time are answered in order.",
  parameters: [deadlineHeader],
  request: { params, query: SearchQuery, body: imageBodies(SearchRequest, SearchQuery) },
  responses: {
    200: json(SearchResponse, "Hits of each query, best first"),
    ...embedderProblems("conflict"),
  },
});

/** A cosine as text. */
const cosineText = z.string().regex(/^-?\d{1,3}(\.\d{1,15})?$/, "must be a number")
  .transform(Number).pipe(z.number().min(-1).max(1))
  .meta({ type: "number", minimum: -1, maximum: 1 });

export const findDuplicates = createRoute({
  method: "get",
  path: "/v1/collections/{collection}/duplicates",
  operationId: "findDuplicates",
  tags,
  summary: "Groups of near-duplicates",
  description: "Items that pairs of at least that cosine link together, exactly. The time grows " +
    "with the square of the items that are alike; one such request runs at a time.",
  request: {
    params,
    query: z.strictObject({
      threshold: cosineText.default(0.95)
        .meta({ description: "Least cosine of two linked items", default: 0.95 }),
      limit: integerText(1, 1000).default(100)
        .meta({ description: "Most groups to answer", default: 100 }),
    }),
  },
  responses: {
    200: json(Duplicates, "The groups, largest first"),
    ...problems("not_found", "conflict", "invalid", "overloaded", "unavailable"),
  },
});

export const findClusters = createRoute({
  method: "get",
  path: "/v1/collections/{collection}/clusters",
  operationId: "findClusters",
  tags,
  summary: "Clusters with representative items",
  description: "k-means from k-means++ (Arthur and Vassilvitskii, 2007) on vectors of length 1; " +
    "the same seed gives the same clusters. One such request runs at a time.",
  request: {
    params,
    query: z.strictObject({
      k: integerText(1, 256).default(10).meta({ description: "Clusters", default: 10 }),
      seed: integerText(0, 2 ** 32 - 1).default(0)
        .meta({ description: "Of the first centres", default: 0 }),
      representatives: integerText(1, 100).default(5)
        .meta({ description: "Items to answer of each cluster", default: 5 }),
    }),
  },
  responses: {
    200: json(Clusters, "The clusters, largest first"),
    ...problems("not_found", "conflict", "invalid", "overloaded", "unavailable"),
  },
});

/** Registers the routes. */
export function collectionSearchRoutes(api: Api, services: Services): void {
  const { collections, config } = services;

  api.route(searchCollection, async (c) => {
    const call = callOptions(c, config);
    const received = await readImages<SearchOptions>(c, {
      // Images are one of three things that a JSON body may have.
      json: SearchRequest.transform((body) => ({ ...body, input: body.input ?? [] })),
      query: SearchQuery,
      maxImages: MAX_QUERIES,
      maxBytes: config.maxBodyBytes,
    });
    const { collection } = c.req.valid("param");
    return c.json(await search(services, collection, received, call), 200);
  }, { checksQuery: false });
  api.route(findDuplicates, async (c) => {
    const { threshold, limit } = c.req.valid("query");
    const { collection } = c.req.valid("param");
    return c.json(await collections.duplicates(collection, threshold, limit, c.get("signal")), 200);
  });
  api.route(findClusters, async (c) => {
    const { collection } = c.req.valid("param");
    return c.json(
      await collections.clusters(collection, c.req.valid("query"), c.get("signal")),
      200,
    );
  });
}

type SearchOptions = Omit<SearchRequest, "input">;

/** Where the collection was embedded anew in between, once more with the new model. */
async function search(
  services: Services,
  collection: string,
  received: ReceivedImages<SearchOptions>,
  call: CallOptions,
): Promise<SearchResponse> {
  const { collections } = services;
  const serving = await collections.serving(collection);
  try {
    const results = await hitsOf(services, serving, received, call);
    return { results, model: serving.model, digest: serving.digest };
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    if ((await collections.serving(collection)).space === serving.space) throw error;
    return await search(services, collection, received, call);
  }
}

async function hitsOf(
  { collections, embedder, models }: Services,
  serving: Awaited<ReturnType<Services["collections"]["serving"]>>,
  { options, images, origin }: ReceivedImages<SearchOptions>,
  call: CallOptions,
): Promise<Hit[][]> {
  const { space } = serving;
  const { items, vectors, k, filter } = options;
  if (items !== undefined) return await collections.searchByItems(space, items, k, filter);
  if (vectors !== undefined) {
    checkVectors(vectors, serving);
    const units = unitVectors(vectors.embeddings.flat(), serving.dimensions);
    // The schema has refused rows without a direction.
    return await collections.search(space, units as Float32Array<ArrayBuffer>[], k, filter);
  }
  const model = await models.resolve(serving.model);
  const rows = await embedder.embed(model, images, call).catch(blameOrigin(origin));
  const units = unitVectors(rows.embeddings, rows.dimensions).map((unit, i) => {
    if (unit !== null) return unit;
    const rule = "must have an embedding with a direction; this one's is all zeros";
    throw invalid([{ rule, value: null, ...origin(i) }]);
  });
  return await collections.search(space, units, k, filter);
}

function checkVectors(
  { digest, embeddings }: NonNullable<SearchRequest["vectors"]>,
  serving: { digest: string; dimensions: number },
): void {
  if (digest !== serving.digest) {
    const rule = `must be that of the collection's model, ${serving.digest}`;
    throw new ConflictError("Cannot search by vectors of another model: their digest differs", {
      errors: [{ path: "vectors.digest", rule, value: digest }],
    });
  }
  const length = embeddings[0]!.length;
  if (length === serving.dimensions) return;
  const rule = `must have ${serving.dimensions} numbers, as the collection's model gives them`;
  throw invalid([{ path: "vectors.embeddings[0]", rule, value: length }]);
}
