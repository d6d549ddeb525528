/** The loaded head for a question, with its options. @module */
import { InternalError } from "../errors.ts";
import type { Head } from "../objectives/objective.ts";
import type { ObjectiveSpec } from "../schemas/objective.ts";
import { headFor, type HeadSpec, type Pretext } from "../schemas/pretext.ts";
import type { LoadedModel } from "./model_cache.ts";

/** The engine has refused models without it before. */
export function headOf<Name extends Pretext>(
  model: LoadedModel,
  pretext: Name,
): { head: Head; options: HeadSpec<Name> } {
  const options = headFor(model.spec, pretext);
  const name = (options as ObjectiveSpec | undefined)?.name;
  const task = model.tasks.find(({ objective }) => objective.spec.name === name);
  if (options === undefined || task === undefined) {
    throw new InternalError(`Cannot predict ${pretext}: the head is missing`);
  }
  return { head: task.head, options };
}
