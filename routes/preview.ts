/**
 * Preview: a value short enough to show to whoever sent it.
 *
 * `JSON.stringify` will not do: a request may hold ten megabytes of text, or lists nested deeper
 * than its recursion goes.
 *
 * @module
 */

/** Most characters of text. */
const MAX_LENGTH = 100;
/** Levels of nesting that are shown. */
const MAX_DEPTH = 3;

/** Text cut to 100 characters, bytes as their count, lists and objects as short text. */
export function preview(value: unknown): string | number | boolean | null {
  if (value === undefined || value === null) return null;
  if (typeof value === "boolean") return value;
  // JSON has no NaN and no infinities.
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "string") return cut(value);
  return cut(render(value, 0));
}

/** Text of at most `length` characters, with an ellipsis where something was cut off. */
export function cut(text: string, length = MAX_LENGTH): string {
  return text.length <= length ? text : `${text.slice(0, length).toWellFormed()}…`;
}

function render(value: unknown, depth: number): string {
  if (typeof value === "string") return JSON.stringify(cut(value));
  if (value instanceof Uint8Array) return `(${value.length} bytes)`;
  if (value instanceof Blob) return `(${value.size} bytes)`;
  if (typeof value !== "object" || value === null) return String(value);
  if (depth >= MAX_DEPTH) return "…";
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const parts: string[] = [];
  let length = 0;
  // for…in, so that a million keys are not listed for the sake of the first few.
  for (const key in value) {
    if (!Object.hasOwn(value, key)) continue;
    if (length > MAX_LENGTH) {
      parts.push("…");
      break;
    }
    const item = render((value as Record<string, unknown>)[key], depth + 1);
    const part = Array.isArray(value) ? item : `${JSON.stringify(cut(key))}:${item}`;
    length += part.length + 1;
    parts.push(part);
  }
  return `${open}${parts.join(",")}${close}`;
}
