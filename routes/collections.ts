/** Collections: vectors of a data set's items, and others, to be searched. @module */
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import {
  Collection,
  CollectionItem,
  CollectionRequest,
  ReindexRequest,
} from "../src/schemas/collection.ts";
import { encodePng } from "../src/images/encode_png.ts";
import { imageMediaType } from "../src/images/media_type.ts";
import { decodeNetpbm } from "../src/images/netpbm.ts";
import { AddedItems, AddItemsRequest } from "../src/schemas/collection_items.ts";
import { Job } from "../src/schemas/job.ts";
import { Name } from "../src/schemas/name.ts";
import { limitQuery, list, listOf, offsetQuery } from "../src/schemas/page.ts";
import { unitVectors } from "../src/stores/unit_vectors.ts";
import type { Api } from "./api.ts";
import { callOptions } from "./call_options.ts";
import { blameOrigin, decodeImages } from "./images.ts";
import { created, embedderProblems, json, jsonBody, problems } from "./responses.ts";
import type { Services } from "./services.ts";
import { invalid } from "./validation.ts";

const tags = ["Search"];
const collection = Name.meta({ description: "Name of the collection", example: "cats" });
const params = z.object({ collection });
const item = Name.meta({ description: "Its id", example: "17" });
const itemParams = z.object({ collection, item });

export const createCollection = createRoute({
  method: "post",
  path: "/v1/collections",
  operationId: "createCollection",
  tags,
  summary: "Make a data set searchable",
  description:
    "Its items are embedded by an `index` job in the background; the embedders give way " +
    "to other requests. The collection can be searched when the job is done.",
  request: { body: jsonBody(CollectionRequest) },
  responses: {
    202: created(Collection, "The collection, with its job"),
    ...problems("malformed", "not_found", "conflict", "too_large", "unsupported", "invalid"),
  },
});

export const listCollections = createRoute({
  method: "get",
  path: "/v1/collections",
  operationId: "listCollections",
  tags,
  summary: "List collections",
  responses: { 200: json(listOf(Collection), "Newest first"), ...problems("unavailable") },
});

export const getCollection = createRoute({
  method: "get",
  path: "/v1/collections/{collection}",
  operationId: "getCollection",
  tags,
  summary: "A collection",
  request: { params },
  responses: {
    200: json(Collection, "The collection"),
    ...problems("not_found", "invalid", "unavailable"),
  },
});

export const deleteCollection = createRoute({
  method: "delete",
  path: "/v1/collections/{collection}",
  operationId: "deleteCollection",
  tags,
  summary: "Delete a collection",
  description: "409 while a job embeds it. The data set and the model stay.",
  request: { params },
  responses: {
    204: { description: "It is gone" },
    ...problems("not_found", "conflict", "invalid", "unavailable"),
  },
});

export const reindexCollection = createRoute({
  method: "post",
  path: "/v1/collections/{collection}/reindex",
  operationId: "reindexCollection",
  tags,
  summary: "Embed a collection with another model",
  description:
    "In the background. The old vectors answer until all new ones are there; then these " +
    "do, from one request to the next. Items cannot be changed meanwhile (409).",
  request: { params, body: jsonBody(ReindexRequest) },
  responses: {
    202: json(Job, "The job"),
    ...problems("malformed", "not_found", "conflict", "too_large", "unsupported", "invalid"),
  },
});

export const listCollectionItems = createRoute({
  method: "get",
  path: "/v1/collections/{collection}/items",
  operationId: "listCollectionItems",
  tags,
  summary: "Items of a collection",
  request: {
    params,
    query: z.strictObject({
      offset: offsetQuery(),
      limit: limitQuery(100, 1000),
    }),
  },
  responses: {
    200: json(
      listOf(CollectionItem).extend({ total: z.int().describe("Items on all pages") }),
      "A page of items, in order of their coming",
    ),
    ...problems("not_found", "conflict", "invalid", "unavailable"),
  },
});

export const addItems = createRoute({
  method: "post",
  path: "/v1/collections/{collection}/items",
  operationId: "addItems",
  tags,
  summary: "Add items to a collection",
  description: "All or none. Their originals are kept, to be embedded by later models too.",
  request: { params, body: jsonBody(AddItemsRequest) },
  responses: {
    201: json(AddedItems, "Their ids, in order"),
    ...embedderProblems("conflict"),
  },
});

export const getItemImage = createRoute({
  method: "get",
  path: "/v1/collections/{collection}/items/{item}/image",
  operationId: "getItemImage",
  tags,
  summary: "The image of an item",
  description:
    "What was embedded of it: the original (raw pixels come as PNG), of a clip the first frame.",
  request: { params: itemParams },
  responses: {
    200: {
      description: "The image",
      content: { "image/*": { schema: { type: "string", format: "binary" } } },
    },
    ...problems("not_found", "conflict", "invalid", "unavailable"),
  },
});

export const deleteItem = createRoute({
  method: "delete",
  path: "/v1/collections/{collection}/items/{item}",
  operationId: "deleteItem",
  tags,
  summary: "Take an item out of a collection",
  request: {
    params: itemParams,
  },
  responses: {
    204: { description: "It is gone" },
    ...problems("not_found", "conflict", "invalid", "unavailable"),
  },
});

/** Registers the routes. */
export function collectionRoutes(api: Api, services: Services): void {
  const { collections, config, embedder, models } = services;

  api.route(createCollection, async (c) => {
    const made = await collections.create(c.req.valid("json"));
    c.set("about", { jobId: made.job });
    return c.json(made, 202, { location: `/v1/collections/${made.name}` });
  });
  api.route(listCollections, async (c) => c.json(list(await collections.list()), 200));
  api.route(
    getCollection,
    async (c) => c.json(await collections.get(c.req.valid("param").collection), 200),
  );
  api.route(deleteCollection, async (c) => {
    await collections.delete(c.req.valid("param").collection);
    return c.body(null, 204);
  });
  api.route(reindexCollection, async (c) => {
    const { model } = c.req.valid("json");
    const job = await collections.reindex(c.req.valid("param").collection, model);
    c.set("about", { jobId: job.id });
    return c.json(job, 202);
  });
  api.route(listCollectionItems, async (c) => {
    const { offset, limit } = c.req.valid("query");
    const page = await collections.items(c.req.valid("param").collection, offset, limit);
    const data = page.items.map(({ id, label, name, metadata }) => ({ id, label, name, metadata }));
    return c.json({ ...list(data), total: page.total }, 200);
  });
  api.route(addItems, async (c) => {
    const { collection } = c.req.valid("param");
    const { items } = c.req.valid("json");
    const { space, model } = await collections.serving(collection);
    const origin = (i: number) => ({ path: `items[${i}].image`, value: items[i]!.image });
    const images = items.map(({ image }, i) => decodeImages(image, origin(i).path)[0]!);
    const rows = await embedder.embed(await models.resolve(model), images, callOptions(c, config))
      .catch(blameOrigin(origin));
    const units = unitVectors(rows.embeddings, rows.dimensions);
    const added = items.map(({ id, label, metadata }, i) => {
      const vector = units[i];
      if (vector == null) {
        const rule = "must have an embedding with a direction; this one's is all zeros";
        throw invalid([{ rule, ...origin(i) }]);
      }
      const given = id ?? `item-${crypto.randomUUID()}`;
      return { id: given, label, metadata, image: images[i]!, vector };
    });
    const count = await collections.add(collection, space, added);
    return c.json({ ids: added.map(({ id }) => id), count }, 201);
  });
  api.route(getItemImage, async (c) => {
    const { collection, item } = c.req.valid("param");
    const bytes = await collections.image(collection, item);
    const mediaType = imageMediaType(bytes);
    // What else can be embedded is netpbm, which browsers do not show.
    const body = mediaType === undefined ? await encodePng(decodeNetpbm(bytes)) : bytes;
    return c.body(new Uint8Array(body), 200, { "content-type": mediaType ?? "image/png" });
  });
  api.route(deleteItem, async (c) => {
    const { collection, item } = c.req.valid("param");
    await collections.remove(collection, item);
    return c.body(null, 204);
  });
}
