/** Index job: embeds the items of a collection. @module */
import { z } from "zod";
import { Id, Name } from "./name.ts";
import { OptionalModelReference } from "./reference.ts";

/** The body of `POST /v1/jobs` to embed a collection's items (anew). */
export const IndexRequest = z.strictObject({
  type: z.literal("index"),
  collection: Name.meta({ description: "Name of the collection", example: "cats" }),
  model: OptionalModelReference,
}).meta({ id: "IndexRequest", example: { type: "index", collection: "cats" } });
export type IndexRequest = z.infer<typeof IndexRequest>;

/** What there is to embed, and where to. */
export const IndexSpec = z.object({
  type: z.literal("index"),
  collection: z.string(),
  dataset: z.string().describe("Id"),
  model: Id,
  modelName: z.string(),
  modelDigest: z.string(),
  dimensions: z.int(),
  /** Where the vectors go; the collection points here once all are there. */
  space: z.string(),
  /** The space whose items are embedded anew; null: the data set's are, for the first time. */
  from: z.string().nullable(),
});
export type IndexSpec = z.infer<typeof IndexSpec>;
