/** Makes models known whose weights a trainer has stored. @module */
import type { Clock } from "../clock.ts";
import { AlikeError, NotFoundError } from "../errors.ts";
import type { StoredModel } from "../protocol/stored_model.ts";
import type { Model } from "../schemas/model.ts";
import type { BlobStore } from "../stores/blobs.ts";
import type { ModelStore } from "../stores/model_store.ts";

/** Gives a model its row. */
export async function registerModel(
  stored: StoredModel,
  { name, job }: Pick<Model, "name" | "job">,
  { models, blobs, clock }: {
    models: Pick<ModelStore, "insert">;
    blobs: Pick<BlobStore, "deleteAll">;
    clock: Clock;
  },
): Promise<Model> {
  const createdAt = new Date(clock.now()).toISOString();
  const model = { ...stored, name, job, createdAt };
  try {
    await models.insert(model);
  } catch (error) {
    // With a store that is away one cannot know whether the row is there.
    const unsure = error instanceof AlikeError && error.code === "unavailable";
    if (!unsure) await blobs.deleteAll(`models/${model.id}`);
    throw error;
  }
  return model;
}

/** The model of that id; undefined if there is none. */
export async function findById(
  id: string,
  models: Pick<ModelStore, "resolve">,
): Promise<Model | undefined> {
  try {
    const model = await models.resolve(id);
    // A name may look like an id.
    return model.id === id ? model : undefined;
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}
