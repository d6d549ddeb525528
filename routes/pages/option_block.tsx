/** Fields for the options of an objective or an encoder. @module */
import type { Child } from "hono/jsx";
import type { NumberKind, OptionField } from "./option_fields.ts";

/** What {@linkcode OptionBlock} takes. */
export interface OptionBlockProps {
  /** What the options are of: `objective`, `encoder`. */
  of: string;
  /** The names whose options they are. */
  names: string[];
  about?: string | undefined;
  fields: OptionField[];
  /** Fields before them. */
  children?: Child;
}

/**
 * Shown by `assets/new_job.js` while one of its names is chosen. What is left at its default, or
 * empty, is not sent.
 */
export function OptionBlock({ of, names, about, fields, children }: OptionBlockProps) {
  return (
    <details class="options" data-of={of} data-block={names.join(" ")} hidden>
      <summary>
        Options of <span data-block-name>{names[0]}</span>
      </summary>
      {about !== undefined && <p class="hint" data-head-only hidden>{about}</p>}
      <p class="fault" data-option-fault=""></p>
      <div class="fields">
        {children}
        {fields.map((field) => <OptionInput prefix={`${of}.${names[0]}`} field={field} />)}
      </div>
      {fields.length === 0 && <p class="hint">It has none of its own.</p>}
    </details>
  );
}

/** A field, what it means, and what is wrong with it. */
export function OptionInput({ prefix, field }: { prefix: string; field: OptionField }) {
  const { path, label, description, kind } = field;
  const id = `${prefix}.${path}`;
  const attributes = {
    id,
    "data-option": path,
    "data-default": JSON.stringify(field.default),
    "aria-describedby": `${id}-hint ${id}-fault`,
  };
  const hint = [description, typeof kind === "object" && "whole" in kind && boundsOf(kind)]
    .filter(Boolean).join("; ");
  return (
    <div>
      {kind === "boolean"
        ? (
          <label class="check">
            <input type="checkbox" {...attributes} checked={field.default === true} /> {label}
          </label>
        )
        : (
          <>
            <label for={id}>{label}</label>
            {"choices" in kind
              ? (
                <select {...attributes}>
                  {kind.choices.map((choice) => (
                    <option value={JSON.stringify(choice)} selected={choice === field.default}>
                      {String(choice)}
                    </option>
                  ))}
                </select>
              )
              : (
                <input
                  type="number"
                  {...attributes}
                  value={String(field.default ?? "")}
                  min={kind.minimum}
                  max={kind.maximum}
                  step={kind.whole ? 1 : "any"}
                />
              )}
          </>
        )}
      <p class="hint" id={`${id}-hint`}>{hint}</p>
      <p class="fault" id={`${id}-fault`} data-option-fault={path}></p>
    </div>
  );
}

/** `0 to 0.4`, `more than 0, at most 1`. */
function boundsOf({ minimum, maximum, above }: NumberKind): string {
  if (minimum === undefined) return maximum === undefined ? "" : `at most ${maximum}`;
  if (maximum === undefined) return `${above ? "more than" : "at least"} ${minimum}`;
  return above ? `more than ${minimum}, at most ${maximum}` : `${minimum} to ${maximum}`;
}
