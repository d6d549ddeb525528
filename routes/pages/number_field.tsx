/** A field of a form that takes a number. @module */
import { Field } from "./field.tsx";

/** Labelled, with a place for what is wrong with it. */
export function NumberField(
  { name, label, hint, ...bounds }: {
    name: string;
    label: string;
    hint?: string;
    value?: string;
    min: string;
    max?: string;
    step?: string;
  },
) {
  return (
    <Field name={name} label={label} {...(hint === undefined ? {} : { hint })}>
      <input type="number" name={name} id={name} {...bounds} />
    </Field>
  );
}
