/** SQLite's errors as ours, by result code. @module */
import {
  AlikeError,
  ConflictError,
  CorruptError,
  InternalError,
  UnavailableError,
} from "../errors.ts";

/** SQLite's extended result codes for a broken unique, primary key, rowid or foreign key rule. */
const CONFLICTS = new Set([2067, 1555, 2579, 787]);
/** Result codes: busy, locked, read-only, I/O error, full, cannot open. */
const UNAVAILABLE = new Set([5, 6, 8, 10, 13, 14]);
/** Result codes: corrupt, not a database. */
const CORRUPT = new Set([11, 26]);

/** SQLite's error as one of ours. */
export function namedSqliteError(error: unknown): AlikeError {
  if (error instanceof AlikeError) return error;
  const code = (error as { errcode?: number }).errcode;
  const message = `Cannot run a statement: ${messageOf(error)}`;
  const options = { cause: error };
  if (code === undefined) return new InternalError(message, options);
  if (CONFLICTS.has(code)) return new ConflictError(message, options);
  // The low byte is the result code, the rest says more about it.
  if (UNAVAILABLE.has(code & 0xff)) return new UnavailableError(message, options);
  if (CORRUPT.has(code & 0xff)) return new CorruptError(message, options);
  return new InternalError(message, options);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
