/**
 * The `.alike` file: a model that travels. It is a safetensors file, with the weights bit for bit as
 * they are stored, and this as JSON under `alike` in its metadata. Take that entry out, and what is
 * left is the stored file: the digest is the SHA-256 over the canonical JSON of `spec`, and it.
 *
 * @module
 */
import { z } from "zod";
import { Preprocessing } from "./encoder.ts";
import { ModelCard, ModelSpec } from "./model.ts";
import { Id, Name } from "./name.ts";

/** Of the form of the file. */
export const ALIKE_VERSION = 1;

/** Most golden vectors that an importer is to compute. */
const MAX_GOLDEN = 16;

/** An input, and what the service that exported the model made of it. */
export const GoldenVector = z.strictObject({
  image: z.base64("must be base64").max(2 ** 22, "must have at most 4 MiB").describe("PNG"),
  embedding: z.array(z.number()).describe("h, not normalised"),
});
export type GoldenVector = z.infer<typeof GoldenVector>;

/** All but the weights. */
export const AlikeManifest = z.strictObject({
  version: z.literal(ALIKE_VERSION, `must be ${ALIKE_VERSION}, the version this service reads`),
  id: Id.describe("Of the model where it was exported"),
  name: Name,
  digest: z.string().regex(/^[0-9a-f]{64}$/, "must be a SHA-256 in hex"),
  createdAt: z.iso.datetime(),
  // What is not known of how a model is used must not be left out in silence.
  spec: ModelSpec.safeExtend({ preprocessing: z.strictObject(Preprocessing.shape) }).strict(),
  card: ModelCard,
  golden: z.array(GoldenVector).min(1, "must have at least one vector").max(MAX_GOLDEN),
});
export type AlikeManifest = z.infer<typeof AlikeManifest>;
