/** A choice among the models there are. @module */
import type { Model } from "../../src/schemas/model.ts";
import { moment } from "./format.ts";

/** What {@linkcode ModelChoice} takes. */
export interface ModelChoiceProps {
  /** Id of the field. */
  id: string;
  models: Model[];
  aliases: { name: string; model: string }[];
}

/** A field called `model`; the default one is chosen. */
export function ModelChoice({ id, models, aliases }: ModelChoiceProps) {
  const namesOf = (model: string) => aliases.filter((alias) => alias.model === model);
  return (
    <select id={id} name="model">
      {models.map((model) => {
        const names = namesOf(model.id).map(({ name }) => name);
        const called = names.length === 0 ? "" : ` (${names.join(", ")})`;
        return (
          <option value={model.id} selected={names.includes("default")}>
            {`${model.name}${called}, ${moment(model.createdAt)}`}
          </option>
        );
      })}
    </select>
  );
}
