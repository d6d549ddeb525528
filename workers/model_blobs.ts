/** How a model lies in the blob store: its weights, and what they are. @module */
import type { StoredModel } from "../src/protocol/stored_model.ts";
import type { ModelSpec } from "../src/schemas/model.ts";
import type { BlobStore } from "../src/stores/blobs.ts";
import { decodeDescription } from "../src/stores/model_description.ts";
import { putModel } from "../src/stores/model_blobs.ts";
import { descriptionKey, weightsKey } from "../src/stores/model_keys.ts";
import type { TrainResult } from "../src/training/train_event.ts";

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
  const { spec } = decodeDescription(await blobs.get(descriptionKey(id)), id);
  return { spec, weights: await blobs.get(weightsKey(id)) };
}
