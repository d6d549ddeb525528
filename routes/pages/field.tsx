/** A field of a form. @module */

/** A labelled field, with a place for what is wrong with it. */
export function Field(
  { name, label, hint, children }: {
    name: string;
    label: string;
    hint?: string;
    children?: unknown;
  },
) {
  return (
    <div>
      <label for={name}>
        {label} {hint !== undefined && <span class="hint">{hint}</span>}
      </label>
      {children}
      <p class="fault" id={`${name}-fault`} data-fault={name}></p>
    </div>
  );
}
