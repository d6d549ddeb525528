/**
 * `.alike`: one file to take a model from one service to another (see `src/schemas/alike_file.ts`),
 * heads and card included. Its golden vectors are computed when it is made, by the embedder that
 * answers requests: whoever imports it can tell whether he computes the same.
 *
 * @module
 */
import { canonicalJson, sha256 } from "../digest.ts";
import { ConflictError, CorruptError } from "../errors.ts";
import { ALIKE_VERSION, type AlikeManifest, type GoldenVector } from "../schemas/alike_file.ts";
import { decodeSafetensors, encodeSafetensors } from "../tensor/safetensors.ts";
import type { ExportFormat, ExportSource } from "./export_format.ts";
import { goldenImages } from "./golden_images.ts";

/** The form. */
export const alikeFormat = {
  mediaType: "application/octet-stream",
  extension: "alike",
  async encode({ model, weights, embed }: ExportSource) {
    const { id, name, digest, spec, card, createdAt } = model;
    const actual = await sha256(canonicalJson(spec), weights);
    if (actual !== digest) {
      throw new CorruptError(
        `Cannot export the model: its digest is ${digest}, its weights' is ${actual}`,
      );
    }
    const { tensors, metadata } = decodeSafetensors(weights);
    const images = await goldenImages(spec.preprocessing);
    const h = await embed(images);
    if (!h.every(Number.isFinite)) {
      throw new ConflictError(
        `Cannot export the model: its embeddings are no finite numbers, ${id}`,
      );
    }
    const golden = images.map((image, i): GoldenVector => ({
      image: image.toBase64(),
      embedding: [...h.subarray(i * spec.dimensions, (i + 1) * spec.dimensions)],
    }));
    const manifest: AlikeManifest = {
      version: ALIKE_VERSION,
      id,
      name,
      digest,
      createdAt,
      spec,
      card,
      golden,
    };
    return encodeSafetensors({
      tensors,
      metadata: { ...metadata, alike: JSON.stringify(manifest) },
    });
  },
} satisfies ExportFormat;
