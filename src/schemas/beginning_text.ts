/** A beginning in words. @module */
import type { Beginning } from "./beginning.ts";

/** "the model cats (model_…), the first 2 stages frozen". */
export function beginningText({ model, name, frozen, heads }: Beginning): string {
  return [
    `the model ${name} (${model})`,
    ...(frozen === 0 ? [] : [`the first ${frozen === 1 ? "stage" : `${frozen} stages`} frozen`]),
    ...(heads.length === 0 ? [] : [`the heads of ${heads.join(" and ")} taken over`]),
  ].join(", ");
}
