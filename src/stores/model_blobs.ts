/** What the blob store keeps of a model: its weights, and what they are. @module */
import { AlikeError } from "../errors.ts";
import type { Model } from "../schemas/model.ts";
import type { BlobStore } from "./blobs.ts";
import { descriptionKey, modelFolder, weightsKey } from "./model_keys.ts";
import { encodeDescription } from "./model_description.ts";
import type { ModelStore } from "./model_store.ts";

/** A model before it is known how large it is. */
export type UnstoredModel = Omit<Model, "bytes">;

/** Stores both. @returns Size of the weights, bytes. */
export async function putModel(
  blobs: Pick<BlobStore, "put">,
  { id, spec, card, digest }: Pick<Model, "id" | "spec" | "card" | "digest">,
  weights: Uint8Array<ArrayBuffer>,
): Promise<number> {
  const bytes = await blobs.put(weightsKey(id), weights);
  await blobs.put(descriptionKey(id), encodeDescription({ spec, card, digest }));
  return bytes;
}

/**
 * Adds a model that no job made: its blobs, then its row. If one fails, neither stays.
 *
 * @param model Of an id that is new.
 */
export async function addModel(
  { blobs, models }: {
    blobs: Pick<BlobStore, "put" | "deleteAll">;
    models: Pick<ModelStore, "insert">;
  },
  model: UnstoredModel,
  weights: Uint8Array<ArrayBuffer>,
): Promise<Model> {
  try {
    const stored = { ...model, bytes: await putModel(blobs, model, weights) };
    await models.insert(stored);
    return stored;
  } catch (error) {
    // With a store that is away one cannot know whether the row is there; if it is not, the sweep at
    // the next start deletes the blobs, as it does where they cannot be deleted now.
    const unsure = error instanceof AlikeError && error.code === "unavailable";
    if (!unsure) await blobs.deleteAll(modelFolder(model.id)).catch(() => {});
    throw error;
  }
}
