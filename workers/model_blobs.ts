/** How a model lies in the blob store: its weights, and what they are. @module */
import { z } from "zod";
import { CorruptError } from "../src/errors.ts";
import type { StoredModel } from "../src/protocol/stored_model.ts";
import { ModelCard, ModelSpec } from "../src/schemas/model.ts";
import type { BlobStore } from "../src/stores/blobs.ts";
import { putModel } from "../src/stores/model_blobs.ts";
import { descriptionKey, weightsKey } from "../src/stores/model_keys.ts";
import type { TrainResult } from "../src/training/train_event.ts";

const Description = z.object({ spec: ModelSpec, card: ModelCard, digest: z.string() });

/** Stores what came out of a run. */
export async function storeModel(
  blobs: BlobStore,
  id: string,
  { spec, card, digest, weights }: TrainResult,
): Promise<StoredModel> {
  const bytes = await putModel(blobs, { id, spec, card, digest }, weights);
  return { id, spec, card, digest, bytes };
}

/** Reads a model. @throws {NotFoundError} @throws {CorruptError} */
export async function loadModel(
  blobs: BlobStore,
  id: string,
): Promise<{ spec: ModelSpec; weights: Uint8Array<ArrayBuffer> }> {
  const text = new TextDecoder().decode(await blobs.get(descriptionKey(id)));
  let description: z.infer<typeof Description>;
  try {
    description = Description.parse(JSON.parse(text));
  } catch (cause) {
    throw new CorruptError(`Cannot read the model: its description is damaged, ${id}`, { cause });
  }
  return { spec: description.spec, weights: await blobs.get(weightsKey(id)) };
}
