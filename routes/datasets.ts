/** Data sets. @module */
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { CorruptError, InvalidError } from "../src/errors.ts";
import { Dataset, DatasetItem, DatasetKind } from "../src/schemas/dataset.ts";
import { Name } from "../src/schemas/name.ts";
import { limitQuery, list, listOf, offsetQuery } from "../src/schemas/page.ts";
import { DatasetReference } from "../src/schemas/reference.ts";
import { integerText } from "../src/schemas/text_value.ts";
import type { Api } from "./api.ts";
import { limitedBody } from "./body.ts";
import { requestFields } from "./context.ts";
import { created, json, problems } from "./responses.ts";
import type { Services } from "./services.ts";
import { invalid } from "./validation.ts";

const tags = ["Datasets"];
const params = z.object({ dataset: DatasetReference });
const file = { schema: { type: "string", format: "binary" } } as const;

/** What clients need to know of an item; where its bytes are stored is our affair. */
const Item = DatasetItem.omit({ shard: true, offset: true, length: true })
  .extend({ bytes: z.int().describe("Size of the original") })
  .meta({
    id: "DatasetItem",
    example: {
      index: 0,
      name: "cat/0001.jpg",
      label: "cat",
      mediaType: "image/jpeg",
      width: 320,
      height: 240,
      digest: "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9",
      bytes: 24_102,
    },
  });

export const importDataset = createRoute({
  method: "post",
  path: "/v1/datasets",
  operationId: "importDataset",
  tags,
  summary: "Import images",
  description: "The body is a tar or zip archive (also gzipped; `label/name.jpg` gives labels), " +
    "MNIST idx files, CIFAR-10 binary batches, or a form with files. It is read as a stream; an " +
    "upload that is cut off leaves nothing behind. Members that are no images are skipped and named.\n\n" +
    "With `kind=clip` an item is an animated GIF or WebP, or a folder of numbered frames " +
    "(`label/clip/0001.jpg`, or `clip/0001.jpg` without labels; any image format), which come one " +
    "after another. Clips of fewer than 3 frames, and such whose frames differ in size, are " +
    "skipped and named. To an objective that learns from images a clip is its first frame.",
  request: {
    query: z.strictObject({
      name: Name.meta({ description: "Name of the data set", example: "cats-and-dogs" }),
      kind: DatasetKind.default("image")
        .meta({ description: "What the items are", default: "image" }),
    }),
    body: {
      required: true,
      content: {
        "application/x-tar": file,
        "application/zip": file,
        "application/gzip": file,
        "application/octet-stream": file,
        "multipart/form-data": {
          schema: { type: "object", additionalProperties: file.schema },
        },
      },
    },
  },
  responses: {
    201: created(Dataset, "The data set"),
    ...problems("malformed", "conflict", "too_large", "unsupported", "invalid"),
  },
});

export const listDatasets = createRoute({
  method: "get",
  path: "/v1/datasets",
  operationId: "listDatasets",
  tags,
  summary: "List data sets",
  responses: { 200: json(listOf(Dataset), "All of them"), ...problems() },
});

export const getDataset = createRoute({
  method: "get",
  path: "/v1/datasets/{dataset}",
  operationId: "getDataset",
  tags,
  summary: "A data set",
  request: { params },
  responses: { 200: json(Dataset, "The data set"), ...problems("not_found", "invalid") },
});

export const listItems = createRoute({
  method: "get",
  path: "/v1/datasets/{dataset}/items",
  operationId: "listItems",
  tags,
  summary: "Items of a data set",
  request: {
    params,
    query: z.strictObject({
      offset: offsetQuery(),
      limit: limitQuery(100, 1000),
      label: z.string().max(200).optional().meta({ description: "Only items of this label" }),
    }),
  },
  responses: {
    200: json(
      listOf(Item).extend({ total: z.int().describe("Items that match, on all pages") }),
      "A page of items",
    ),
    ...problems("not_found", "invalid"),
  },
});

export const getImage = createRoute({
  method: "get",
  path: "/v1/datasets/{dataset}/items/{index}/image",
  operationId: "getImage",
  tags,
  summary: "An original image",
  description:
    "The bytes that were uploaded; raw pixels (MNIST, CIFAR) come as PNG, and of a folder " +
    "of frames comes the first.",
  request: {
    params: z.object({
      dataset: DatasetReference,
      index: integerText(0, 2 ** 31).meta({ example: 0 }),
    }),
  },
  responses: {
    200: { description: "The image", content: { "image/*": file } },
    ...problems("not_found", "invalid"),
  },
});

export const getFrame = createRoute({
  method: "get",
  path: "/v1/datasets/{dataset}/items/{index}/frames/{frame}",
  operationId: "getFrame",
  tags,
  summary: "A frame of a clip",
  description: "As an image that does not move. An item that is no clip has one, itself.",
  request: {
    params: z.object({
      dataset: DatasetReference,
      index: integerText(0, 2 ** 31).meta({ example: 0 }),
      frame: integerText(0, 2 ** 31).meta({ example: 0 }),
    }),
  },
  responses: {
    200: { description: "The image", content: { "image/*": file } },
    ...problems("not_found", "invalid"),
  },
});

export const deleteDataset = createRoute({
  method: "delete",
  path: "/v1/datasets/{dataset}",
  operationId: "deleteDataset",
  tags,
  summary: "Delete a data set",
  description: "409 while a collection, or a job that has not ended, uses it.",
  request: { params },
  responses: {
    204: { description: "It is gone" },
    ...problems("not_found", "conflict", "invalid"),
  },
});

/** Registers the routes. */
export function datasetRoutes(api: Api, { config, datasets }: Services): void {
  api.route(importDataset, async (c) => {
    const { name, kind } = c.req.valid("query");
    const body = limitedBody(
      c,
      config.maxUploadBytes,
      "ALIKE_MAX_UPLOAD_BYTES",
      config.requestTimeoutMs,
    );
    if (body === null) throw invalid([{ path: "body", rule: "must not be empty", value: null }]);
    const upload = {
      name,
      kind,
      contentType: c.req.header("content-type"),
      body,
      signal: c.get("signal"),
      about: requestFields(c),
    };
    const dataset = await datasets.import(upload).catch((error) => {
      // Nothing is stored yet: what is damaged is the upload.
      if (!(error instanceof CorruptError)) throw error;
      throw new InvalidError(error.message, { cause: error, errors: error.errors });
    });
    c.set("about", { datasetId: dataset.id });
    return c.json(dataset, 201, { location: `/v1/datasets/${dataset.id}` });
  }, { timeLimit: false });

  api.route(listDatasets, async (c) => c.json(list(await datasets.list()), 200));
  api.route(
    getDataset,
    async (c) => c.json(await datasets.get(c.req.valid("param").dataset), 200),
  );

  api.route(listItems, async (c) => {
    const { offset, limit, label } = c.req.valid("query");
    const page = { offset, limit, ...(label === undefined ? {} : { label }) };
    const { total, items } = await datasets.items(c.req.valid("param").dataset, page);
    const data = items.map(({ shard: _shard, offset: _offset, length, ...item }) => (
      { ...item, bytes: length }
    ));
    return c.json({ ...list(data), total }, 200);
  });

  api.route(getImage, async (c) => {
    const { dataset, index } = c.req.valid("param");
    const { bytes, mediaType } = await datasets.image(dataset, index);
    return c.body(new Uint8Array(bytes), 200, { "content-type": mediaType });
  });

  api.route(getFrame, async (c) => {
    const { dataset, index, frame } = c.req.valid("param");
    const { bytes, mediaType } = await datasets.frame(dataset, index, frame);
    return c.body(new Uint8Array(bytes), 200, { "content-type": mediaType });
  });

  api.route(deleteDataset, async (c) => {
    await datasets.delete(c.req.valid("param").dataset);
    return c.body(null, 204);
  });
}
