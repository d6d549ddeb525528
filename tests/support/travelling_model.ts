/** A model with real weights and a true digest, and `.alike` files of it, honest or not. @module */
import { canonicalJson, sha256 } from "../../src/digest.ts";
import { createInferenceEngine } from "../../src/inference/inference_engine.ts";
import { unwrapOutcomes } from "../../src/serving/outcomes.ts";
import { alikeFormat } from "../../src/export/alike_format.ts";
import { decodeImages } from "../../src/images/decode_images.ts";
import { checkWeights } from "../../src/inference/check_weights.ts";
import type { ModelProver } from "../../src/import/model_importer.ts";
import type { AlikeManifest } from "../../src/schemas/alike_file.ts";
import type { Model, ModelSpec } from "../../src/schemas/model.ts";
import {
  decodeSafetensors,
  encodeSafetensors,
  type NamedArray,
} from "../../src/tensor/safetensors.ts";
import { fakeCard } from "./models.ts";
import { randomModel } from "./random_model.ts";

/** What computes models: what is behind an embedder, in this thread. */
export function localProver(
  load: (id: string) => Promise<{ spec: ModelSpec; weights: Uint8Array<ArrayBuffer> }>,
): ModelProver & { forgotten: string[] } {
  const engine = createInferenceEngine({
    loadModel: load,
    maxBytes: 2 ** 28,
    maxPixels: 2 ** 20,
    decode: decodeImages,
  });
  const forgotten: string[] = [];
  return {
    forgotten,
    checkWeights: async (spec, shapes) => await checkWeights(spec, shapes),
    embed: async ({ id }, images) => {
      const rows = unwrapOutcomes(await engine.embed(id, images), (i) => images[i]!.length);
      return { embeddings: Float32Array.from(rows.flatMap((row) => [...row])) };
    },
    forget: (id) => {
      forgotten.push(id);
      engine.forget(id);
    },
  };
}

/** A model on the current backend. */
export async function travellingModel(
  encoder: unknown = { name: "small_conv", width: 4 },
  input: { size: number; channels: 1 | 3 } = { size: 16, channels: 3 },
): Promise<{ model: Model; weights: Uint8Array<ArrayBuffer> }> {
  const { model: { spec }, weights } = await randomModel(encoder, input);
  const model: Model = {
    id: "model_00000000000000aa",
    name: "traveller",
    digest: await sha256(canonicalJson(spec), weights),
    spec,
    card: fakeCard(),
    bytes: weights.length,
    job: "job_00000000000000aa",
    createdAt: "2026-01-01T00:00:00.000Z",
  };
  return { model, weights };
}

/** Its file, as the service would export it. */
export async function alikeFile(
  { model, weights }: Awaited<ReturnType<typeof travellingModel>>,
): Promise<Uint8Array<ArrayBuffer>> {
  const { embed, forget } = localProver(() => Promise.resolve({ spec: model.spec, weights }));
  const { signal } = new AbortController();
  try {
    return await alikeFormat.encode({
      model,
      weights,
      embed: async (images) => (await embed(model, images, { signal })).embeddings,
    });
  } finally {
    forget(model.id);
  }
}

/** A file whose weights and manifest have been changed; the digest is made to fit, if wanted. */
export async function forged(
  file: Uint8Array<ArrayBuffer>,
  change: (parts: { tensors: Map<string, NamedArray>; manifest: AlikeManifest }) => void,
  { digest = true } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { tensors, metadata: { alike, ...metadata } } = decodeSafetensors(file);
  const manifest = JSON.parse(alike!) as AlikeManifest;
  change({ tensors, manifest });
  if (digest) {
    const stored = encodeSafetensors({ tensors, metadata });
    manifest.digest = await sha256(canonicalJson(manifest.spec), stored);
  }
  return encodeSafetensors({ tensors, metadata: { ...metadata, alike: JSON.stringify(manifest) } });
}
