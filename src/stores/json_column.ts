/**
 * JSON in a column: checked against its schema on the way in and on the way out, so that what was
 * stored can always be read.
 *
 * @module
 */
import type { z } from "zod";
import { CorruptError, InternalError } from "../errors.ts";
import type { SqlValue } from "./database.ts";

/**
 * A value that is about to be stored.
 *
 * @throws {InternalError} If it does not fit the schema (NaN, for one, has no JSON): a fault of
 * whoever made it.
 */
export function checkStored<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new InternalError(`Cannot store the ${what}: ${describe(parsed.error)}`, {
    cause: parsed.error,
  });
}

/**
 * The value of a row whose JSON columns have been through {@linkcode parseColumn}.
 *
 * @throws {CorruptError} If it does not fit the schema.
 */
export function readStored<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new CorruptError(`Cannot read the ${what}: ${describe(parsed.error)}`, {
    cause: parsed.error,
  });
}

/** The parsed JSON of a column; null stays null. @throws {CorruptError} If it is no JSON. */
export function parseColumn(value: SqlValue | undefined): unknown {
  if (typeof value !== "string") return null;
  try {
    return JSON.parse(value);
  } catch (cause) {
    throw new CorruptError(`Cannot read a column: no JSON, ${value.slice(0, 80)}`, { cause });
  }
}

function describe(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue === undefined ? "invalid" : `${issue.path.join(".")}: ${issue.message}`;
}
