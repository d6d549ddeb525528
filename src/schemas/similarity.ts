/** Similarity: cosines between images or vectors. @module */
import { z } from "zod";
import { ImageInputs } from "./image_input.ts";
import { matrix } from "./matrix.ts";
import { OptionalModelReference } from "./reference.ts";

/** Most rows on a side: a million cosines, some 20 MB of JSON. */
export const MAX_ROWS = 1000;

const vectors = matrix({ minRows: 1, maxRows: MAX_ROWS, maxColumns: 4096 });
const images = ImageInputs.max(MAX_ROWS);
const side = z.strictObject({
  digest: z.string().min(1).max(100)
    .describe("Digest of the model the vectors are of, from `/v1/embeddings`"),
  embeddings: vectors,
});

/** Images against each other. */
const AmongImages = z.strictObject({ model: OptionalModelReference, input: images });
/** Images against other images. */
const BetweenImages = z.strictObject({ model: OptionalModelReference, a: images, b: images });
/** Vectors against each other. */
const AmongVectors = z.strictObject({ embeddings: vectors });
/** Vectors against other vectors, of the same model. */
const BetweenVectors = z.strictObject({ a: side, b: side });

/** The text fields of a form whose files are compared with each other. */
export const SimilarityForm = z.strictObject({ model: OptionalModelReference });

/** The body of `POST /v1/similarity`: one of four forms. */
export const SimilarityRequest = z.union([
  AmongImages,
  BetweenImages,
  AmongVectors,
  BetweenVectors,
]).meta({
  id: "SimilarityRequest",
  example: { embeddings: [[1, 0], [0.8, 0.6], [0, 1]] },
});
export type SimilarityRequest = z.infer<typeof SimilarityRequest>;

/** The answer. */
export const SimilarityResponse = z.object({
  similarity: z.array(z.array(z.number()))
    .describe("Row i, column j: cosine of the i-th of `a` and the j-th of `b`, -1..1"),
  model: z.string().optional().describe("Name of the model, where images were given"),
  digest: z.string().optional().describe("Digest of the model, where it is known"),
}).meta({
  id: "SimilarityResponse",
  example: { similarity: [[1, 0.8, 0], [0.8, 1, 0.6], [0, 0.6, 1]] },
});
export type SimilarityResponse = z.infer<typeof SimilarityResponse>;
