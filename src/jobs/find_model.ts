/** Finds the model that a request for a job names. @module */
import { NotFoundError } from "../errors.ts";
import type { Model } from "../schemas/model.ts";
import type { ModelStore } from "../stores/model_store.ts";

/** Where models are found. */
export type ModelFinder = Pick<ModelStore, "resolve">;

/**
 * A model by id, alias, digest or name.
 *
 * @param path The field that names it. @throws {NotFoundError} That says so.
 */
export async function findModel(
  models: ModelFinder,
  reference: string,
  path = "model",
): Promise<Model> {
  try {
    return await models.resolve(reference);
  } catch (cause) {
    if (!(cause instanceof NotFoundError)) throw cause;
    const rule = "must be the id, alias, digest or name of a model";
    const errors = [{ path, rule, value: reference }];
    throw new NotFoundError(cause.message, { cause, errors });
  }
}
