/** Names and ids that appear in URLs. @module */
import { z } from "zod";

/** A name a person gives: letters, digits, dot, underscore, hyphen; starts with a letter or digit. */
export const Name = z.string()
  .min(1, "must not be empty")
  .max(100, "must have at most 100 characters")
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
    "must start with a letter or digit and hold only letters, digits, '.', '_' and '-'",
  );

/** An id made by the service: a kind and random hex, `job_1f0c…`. */
export const Id = z.string().regex(/^(ds|job|model|session)_[0-9a-f]{16}$/, "must be an id");

/** The kinds of thing that have ids. */
export type IdKind = "ds" | "job" | "model" | "session";

/** A new random id. */
export function newId(kind: IdKind): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return `${kind}_${bytes.toHex()}`;
}
