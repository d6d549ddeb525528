/** The model that a prediction is asked of. @module */
import { ConflictError } from "../../src/errors.ts";
import type { Model } from "../../src/schemas/model.ts";
import { headFor, type Pretext, PRETEXT_HEADS } from "../../src/schemas/pretext.ts";
import { resolveModel } from "../resolve_model.ts";
import type { ModelService } from "../services.ts";

/** Most models that a refusal names. */
const NAMED = 5;

/**
 * The model of that name, which must have the head.
 *
 * @throws {NotFoundError} @throws {ConflictError} That names the models that would do.
 */
export async function modelWithHead(
  models: ModelService,
  reference: string,
  pretext: Pretext,
): Promise<Model> {
  const model = await resolveModel(models, reference);
  if (headFor(model.spec, pretext) !== undefined) return model;
  const heads = PRETEXT_HEADS[pretext].join(" or ");
  const others = (await models.list()).filter(({ spec }) => headFor(spec, pretext) !== undefined);
  const names = [...new Set(others.map(({ name }) => name))];
  const advice = names.length === 0
    ? `no model has one yet: train one with ${heads} as its objective or as an extra head`
    : `these have: ${names.slice(0, NAMED).join(", ")}${names.length > NAMED ? ", …" : ""}`;
  const own = model.spec.objectives.map(({ name }) => name).join(" and ");
  throw new ConflictError(
    `Cannot predict ${pretext}: ${model.name} was trained with ${own} only; ${advice}`,
    {
      errors: [{
        path: "model",
        rule: `must have a head of ${heads}; ${advice}`,
        value: reference,
      }],
    },
  );
}
