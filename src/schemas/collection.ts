/** Collection: the items of a data set, and others, as vectors of one model, to be searched. @module */
import { z } from "zod";
import { JobState } from "./job_state.ts";
import { Name } from "./name.ts";
import { DatasetReference, ModelReference, OptionalModelReference } from "./reference.ts";

/** What the service says of a collection. */
export const Collection = z.object({
  name: z.string(),
  dataset: z.string().describe("Id of the data set whose items were embedded first"),
  model: z.string().nullable().describe(
    "Id of the model that answers; null until the first job is done",
  ),
  digest: z.string().nullable().describe(
    "Digest of that model: only vectors of it can be searched by",
  ),
  dimensions: z.int().nullable(),
  count: z.int().describe("Items that can be found"),
  job: z.string().nullable().describe("The last `index` job"),
  jobState: JobState.nullable().describe(
    "Its state; while it has not ended, items cannot be changed",
  ),
  createdAt: z.iso.datetime(),
}).meta({
  id: "Collection",
  example: {
    name: "cats",
    dataset: "ds_6f1d2c3b4a596877",
    model: "model_6f1d2c3b4a596877",
    digest: "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9",
    dimensions: 128,
    count: 2000,
    job: "job_6f1d2c3b4a596877",
    jobState: "succeeded",
    createdAt: "2026-01-01T12:00:00.000Z",
  },
});
export type Collection = z.infer<typeof Collection>;

/** The body of `POST /v1/collections`. */
export const CollectionRequest = z.strictObject({
  name: Name.meta({ description: "Name of the collection", example: "cats" }),
  dataset: DatasetReference,
  model: OptionalModelReference,
}).meta({ id: "CollectionRequest", example: { name: "cats", dataset: "cats-and-dogs" } });
export type CollectionRequest = z.infer<typeof CollectionRequest>;

/** The body of `POST /v1/collections/:name/reindex`. */
export const ReindexRequest = z.strictObject({ model: ModelReference })
  .meta({ id: "ReindexRequest", example: { model: "default" } });
export type ReindexRequest = z.infer<typeof ReindexRequest>;

/** A value of an item's metadata; what filters compare with. */
export const MetadataValue = z.union([z.string().max(1000), z.number(), z.boolean()]);
export type MetadataValue = z.infer<typeof MetadataValue>;

/** A field of the metadata. No dots or quotes, so that it is a JSON path as it stands. */
export const MetadataKey = z.string().regex(
  /^[A-Za-z][A-Za-z0-9_-]{0,63}$/,
  "must start with a letter and hold at most 64 letters, digits, '_' and '-'",
);

/** Metadata of an item. */
export const Metadata = z.record(MetadataKey, MetadataValue)
  .refine((fields) => Object.keys(fields).length <= 32, "must have at most 32 fields");
export type Metadata = z.infer<typeof Metadata>;

/** An item as answers show it. */
export const CollectionItem = z.object({
  id: z.string().describe("Its index in the data set, or what it was called when it was added"),
  label: z.string().nullable(),
  name: z.string().nullable().describe("Its name in the data set"),
  metadata: Metadata,
}).meta({
  id: "CollectionItem",
  example: { id: "17", label: "cat", name: "cat/0018.jpg", metadata: {} },
});
export type CollectionItem = z.infer<typeof CollectionItem>;
