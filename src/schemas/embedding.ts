/**
 * Embedding: OpenAI's request and answer, with images for input.
 *
 * @module
 */
import { z } from "zod";
import { OneOrMoreImages } from "./image_input.ts";
import { OptionalModelReference } from "./reference.ts";
import { booleanText, integerText } from "./text_value.ts";

const encodingFormat = z.enum(["float", "base64"]).default("float")
  .describe("float: a list of numbers; base64: float32, little-endian");
const MAX_DIMENSIONS = 65_536;
const DIMENSIONS = "Keep the first so many numbers; at most the model's. Default: all";
const NORMALIZE =
  "Scale each vector to length 1 (after `dimensions`), so that a dot product is a " +
  "cosine. A vector of zeros stays as it is";

/** Everything but the images. */
export const EmbeddingOptions = z.object({
  model: OptionalModelReference,
  encoding_format: encodingFormat,
  dimensions: z.int().min(1).max(MAX_DIMENSIONS).optional().describe(DIMENSIONS),
  normalize: z.boolean().describe(NORMALIZE).default(true),
});
export type EmbeddingOptions = z.infer<typeof EmbeddingOptions>;

/**
 * The body of `POST /v1/embeddings`. Unknown fields are accepted here, and only here: OpenAI's
 * clients send some (`user`) that mean nothing to us.
 */
export const EmbeddingRequest = EmbeddingOptions.extend({ input: OneOrMoreImages })
  .meta({ id: "EmbeddingRequest" });
export type EmbeddingRequest = z.infer<typeof EmbeddingRequest>;

/** The same options as query parameters or form fields. */
export const EmbeddingQuery = z.strictObject({
  model: OptionalModelReference,
  encoding_format: encodingFormat,
  dimensions: integerText(1, MAX_DIMENSIONS).optional().describe(DIMENSIONS),
  normalize: booleanText.default(true).meta({ description: NORMALIZE, default: true }),
});

/** The answer. */
export const EmbeddingResponse = z.object({
  object: z.literal("list"),
  data: z.array(z.object({
    object: z.literal("embedding"),
    index: z.int(),
    embedding: z.union([z.array(z.number()), z.string()]),
  })),
  model: z.string().describe("Name of the model"),
  usage: z.object({ prompt_tokens: z.int(), total_tokens: z.int() })
    .describe("Always 0: images have no tokens"),
  digest: z.string().describe("Digest of the model: only vectors of equal digests compare"),
  dimensions: z.int(),
}).meta({
  id: "EmbeddingResponse",
  example: {
    object: "list",
    data: [{ object: "embedding", index: 0, embedding: [0.6, 0, 0.8, 0] }],
    model: "cats-and-dogs",
    usage: { prompt_tokens: 0, total_tokens: 0 },
    digest: "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9",
    dimensions: 4,
  },
});
export type EmbeddingResponse = z.infer<typeof EmbeddingResponse>;
