/**
 * Judges the names that members of an upload bring. No file is ever written under such a name; but
 * what tries to leave its folder is not what it says it is, and a name ends up in URLs, logs and
 * answers.
 *
 * @module
 */

/** The name to use, or why there is none. */
export type NameVerdict =
  | { use: string }
  /** Not an item on purpose: left out without a word. */
  | { ignore: true }
  | { refuse: string };

const MAX_BYTES = 512;

/** Left beside the items by operating systems and archivers. */
const METADATA = new Set(["__MACOSX", "Thumbs.db", "desktop.ini", "@eaDir"]);

// deno-lint-ignore no-control-regex
const CONTROL = /[\x00-\x1f\x7f]/;

const encoder = new TextEncoder();

/** Judges a name; the one to use has single slashes and no `.` segments. */
export function judgeName(name: string): NameVerdict {
  if (CONTROL.test(name)) return { refuse: "its name has control characters" };
  if (name.includes("\\")) return { refuse: "its name has a backslash" };
  if (encoder.encode(name).length > MAX_BYTES) {
    return { refuse: `its name has more than ${MAX_BYTES} bytes` };
  }
  if (name.startsWith("/") || /^[A-Za-z]:/.test(name)) {
    return { refuse: "its name is an absolute path" };
  }
  const segments = name.split("/").filter((segment) => segment !== "" && segment !== ".");
  if (segments.includes("..")) return { refuse: "its name has a '..' segment" };
  // A label is a key in answers, and this is no key in the objects of JavaScript.
  if (segments.includes("__proto__")) return { refuse: "its name has a '__proto__' segment" };
  if (segments.length === 0) return { ignore: true };
  if (segments.some((segment) => segment.startsWith(".") || METADATA.has(segment))) {
    return { ignore: true };
  }
  return { use: segments.join("/") };
}
