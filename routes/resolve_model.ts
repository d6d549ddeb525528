/** The model a request names. @module */
import { NotFoundError } from "../src/errors.ts";
import type { Model } from "../src/schemas/model.ts";
import type { ModelService } from "./services.ts";

/** @throws {NotFoundError} That names the field `model`. */
export async function resolveModel(models: ModelService, reference: string): Promise<Model> {
  try {
    return await models.resolve(reference);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    const rule = reference === "default"
      ? "must be given until a model is trained, or the alias `default` set"
      : "must be the id, alias, digest or name of a model";
    throw new NotFoundError(error.message, {
      cause: error,
      errors: [{ path: "model", rule, value: reference }],
    });
  }
}
