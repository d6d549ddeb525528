/** Search: queries of a collection, and what is found. @module */
import { z } from "zod";
import { CollectionItem, MetadataKey, MetadataValue } from "./collection.ts";
import { ImageInput } from "./image_input.ts";
import { matrix } from "./matrix.ts";
import { integerText } from "./text_value.ts";

/** Most hits of a query. */
export const MAX_K = 1000;
/** Most queries in a request. */
export const MAX_QUERIES = 64;

const oneOf = <Value extends z.ZodType>(value: Value) =>
  z.union([value, z.strictObject({ in: z.array(value).min(1).max(100) })]);

/** What hits must be: every field named, equal to the value or to one of those in `in`. */
export const Filter = z.strictObject({
  label: oneOf(z.string().max(200)).optional(),
  metadata: z.record(MetadataKey, oneOf(MetadataValue))
    .refine((fields) => Object.keys(fields).length <= 8, "must have at most 8 fields").optional(),
}).meta({ id: "Filter", example: { label: { in: ["cat", "dog"] }, metadata: { year: 2026 } } });
export type Filter = z.infer<typeof Filter>;

const K = "Most hits of a query";

/** The body of `POST /v1/collections/:name/search`: exactly one of `input`, `vectors`, `items`. */
export const SearchRequest = z.strictObject({
  input: z.union([ImageInput, z.array(ImageInput).min(1).max(MAX_QUERIES)]).optional()
    .describe("Images, each a query"),
  vectors: z.strictObject({
    digest: z.string().min(1).max(100).describe("Digest of the model they are of"),
    embeddings: matrix({ minRows: 1, maxRows: MAX_QUERIES, maxColumns: 65_536 }),
  }).optional(),
  items: z.array(z.string().min(1).max(100)).min(1).max(MAX_QUERIES).optional()
    .describe("Ids of items, each a query; an item is not a hit of its own"),
  k: z.int().min(1).max(MAX_K).default(10).describe(K),
  filter: Filter.optional(),
}).superRefine((request, context) => {
  const given = [request.input, request.vectors, request.items].filter((x) => x !== undefined);
  if (given.length === 1) return;
  context.addIssue({
    code: "custom",
    path: ["input"],
    message: "must be given, or else `vectors` or `items`: exactly one of the three",
    input: request.input,
  });
}).meta({ id: "SearchRequest", example: { items: ["17"], k: 5, filter: { label: "cat" } } });
export type SearchRequest = z.infer<typeof SearchRequest>;

/** A filter as the JSON text that a form or a query holds. */
const filterText = z.string().max(10_000).transform((text, context) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue({ code: "custom", message: "must be JSON", input: text });
    return z.NEVER;
  }
}).pipe(Filter).meta({ type: "string", description: "As in the JSON body, as JSON text" });

/** The options where the body is an image or a form with images. */
export const SearchQuery = z.strictObject({
  k: integerText(1, MAX_K).default(10).meta({ description: K, default: 10 }),
  filter: filterText.optional(),
});

/** An item that was found. */
export const Hit = CollectionItem.extend({
  score: z.number().describe("Cosine similarity to the query, -1..1"),
}).meta({ id: "Hit" });
export type Hit = z.infer<typeof Hit>;

/** The answer: a list of hits for each query, best first. */
export const SearchResponse = z.object({
  results: z.array(z.array(Hit)),
  model: z.string().describe("Id of the model"),
  digest: z.string(),
}).meta({
  id: "SearchResponse",
  example: {
    results: [[{ id: "17", label: "cat", name: "cat/0018.jpg", metadata: {}, score: 0.93 }]],
    model: "model_6f1d2c3b4a596877",
    digest: "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9",
  },
});
export type SearchResponse = z.infer<typeof SearchResponse>;

/** Groups of near-duplicates. */
export const Duplicates = z.object({
  threshold: z.number(),
  groups: z.array(z.array(CollectionItem))
    .describe("Items linked by pairs at least that similar; largest group first"),
}).meta({ id: "Duplicates", example: { threshold: 0.95, groups: [] } });
export type Duplicates = z.infer<typeof Duplicates>;

/** Clusters by k-means. */
export const Clusters = z.object({
  iterations: z.int(),
  inertia: z.number().describe("Sum of squared distances to the centres"),
  clusters: z.array(z.object({
    size: z.int(),
    representatives: z.array(CollectionItem).describe("Nearest to the centre, nearest first"),
  })).describe("Largest first"),
}).meta({ id: "Clusters", example: { iterations: 4, inertia: 12.5, clusters: [] } });
export type Clusters = z.infer<typeof Clusters>;
