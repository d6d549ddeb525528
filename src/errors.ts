/**
 * Every failure Alike names, one class a cause.
 *
 * Inner code throws these and knows nothing of HTTP; `routes/errors.ts` holds the only table from
 * cause to status. Messages have the form "Cannot <do>: <what is wrong>, <the value>".
 *
 * Errors cross worker boundaries as {@linkcode ErrorRecord} (structured clone drops the class):
 * {@linkcode toErrorRecord} on one side, {@linkcode fromErrorRecord} on the other.
 *
 * @module
 */

/** One fault in an input: where, which rule, and what was given. */
export interface FieldError {
  /** Path of the field, dots and brackets: `recipe.augment.crop.area[0]`. */
  path: string;
  /** The rule that was broken, in words a user can act on: `must be at most 512`. */
  rule: string;
  /** The value that was given, cut to something short enough to print. */
  value: unknown;
}

/** The causes, stable names that clients may rely on. */
export type ErrorCode =
  | "not_found"
  | "invalid"
  | "conflict"
  | "too_large"
  | "unsupported"
  | "overloaded"
  | "unavailable"
  | "corrupt"
  | "cancelled"
  | "timeout"
  | "unauthorized"
  | "out_of_memory"
  | "worker_died"
  | "internal";

/** What {@linkcode AlikeError} accepts beside its message. */
export interface AlikeErrorOptions extends ErrorOptions {
  /** The faults of the input, where the input is at fault. */
  errors?: FieldError[];
}

/** Base of every failure that Alike names. */
export abstract class AlikeError extends Error {
  abstract readonly code: ErrorCode;
  readonly errors: FieldError[];

  constructor(message: string, options: AlikeErrorOptions = {}) {
    super(message, options);
    this.name = new.target.name;
    this.errors = options.errors ?? [];
  }
}

/** Causes that lie with who asked. A corrupt file is theirs or ours: who reads it knows. */
const REFUSALS = new Set<ErrorCode>([
  "not_found",
  "invalid",
  "conflict",
  "too_large",
  "unsupported",
  "overloaded",
  "cancelled",
  "unauthorized",
]);

/** Whether what was thrown lies with who asked: nothing is broken here. */
export function isRefusal(thrown: unknown): boolean {
  return thrown instanceof AlikeError && REFUSALS.has(thrown.code);
}

/** The thing named does not exist. */
export class NotFoundError extends AlikeError {
  override readonly code = "not_found";
}

/** The input breaks a rule; `errors` says which. */
export class InvalidError extends AlikeError {
  override readonly code = "invalid";
}

/** The request is well formed but the state does not allow it. */
export class ConflictError extends AlikeError {
  override readonly code = "conflict";
}

/** The input is larger than a limit allows. */
export class TooLargeError extends AlikeError {
  override readonly code = "too_large";
}

/** The format, method or feature is not one that Alike has. */
export class UnsupportedError extends AlikeError {
  override readonly code = "unsupported";
}

/** Too much is waiting already; come back after `retryAfterSeconds`. */
export class OverloadedError extends AlikeError {
  override readonly code = "overloaded";
  /** Seconds, measured from the drain rate, at least 1. */
  readonly retryAfterSeconds: number;

  constructor(message: string, retryAfterSeconds: number, options: AlikeErrorOptions = {}) {
    super(message, options);
    this.retryAfterSeconds = Math.max(1, Math.ceil(retryAfterSeconds));
  }
}

/** Something the service needs is not there now (no model yet, stopping, backend down). */
export class UnavailableError extends AlikeError {
  override readonly code = "unavailable";
}

/** Stored or received bytes are not what their format or digest says. */
export class CorruptError extends AlikeError {
  override readonly code = "corrupt";
}

/** The work was called off by whoever asked for it. */
export class CancelledError extends AlikeError {
  override readonly code = "cancelled";
}

/** The work did not finish before its deadline. */
export class TimeoutError extends AlikeError {
  override readonly code = "timeout";
}

/** No key, or a wrong one. */
export class UnauthorizedError extends AlikeError {
  override readonly code = "unauthorized";
}

/** The backend's memory is exhausted. */
export class OutOfMemoryError extends AlikeError {
  override readonly code = "out_of_memory";
}

/** A worker ended without answering. */
export class WorkerDiedError extends AlikeError {
  override readonly code = "worker_died";
}

/** A fault of ours: the message is for the log, not for clients. */
export class InternalError extends AlikeError {
  override readonly code = "internal";
}

/** An error as plain data, for messages between workers and rows in a database. */
export interface ErrorRecord {
  code: ErrorCode;
  message: string;
  errors?: FieldError[];
  retryAfterSeconds?: number;
  stack?: string;
}

const CLASSES = {
  not_found: NotFoundError,
  invalid: InvalidError,
  conflict: ConflictError,
  too_large: TooLargeError,
  unsupported: UnsupportedError,
  unavailable: UnavailableError,
  corrupt: CorruptError,
  cancelled: CancelledError,
  timeout: TimeoutError,
  unauthorized: UnauthorizedError,
  out_of_memory: OutOfMemoryError,
  worker_died: WorkerDiedError,
  internal: InternalError,
} as const;

/** Turns anything thrown into plain data; what Alike did not name becomes `internal`. */
export function toErrorRecord(error: unknown): ErrorRecord {
  const stack = error instanceof Error && error.stack !== undefined ? { stack: error.stack } : {};
  if (error instanceof AlikeError) {
    return {
      code: error.code,
      message: error.message,
      ...(error.errors.length > 0 ? { errors: error.errors } : {}),
      ...(error instanceof OverloadedError ? { retryAfterSeconds: error.retryAfterSeconds } : {}),
      ...stack,
    };
  }
  return {
    code: "internal",
    message: error instanceof Error ? error.message : String(error),
    ...stack,
  };
}

/** The class again, from plain data. */
export function fromErrorRecord(record: ErrorRecord): AlikeError {
  const options = { errors: record.errors ?? [] };
  const error = record.code === "overloaded"
    ? new OverloadedError(record.message, record.retryAfterSeconds ?? 1, options)
    : new CLASSES[record.code](record.message, options);
  if (record.stack !== undefined) error.stack = record.stack;
  return error;
}

/** What came of one of several things: a failure of one does not fail the others. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; error: ErrorRecord };

/** Waits for it, whatever comes of it. */
export async function outcomeOf<T>(work: Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await work };
  } catch (error) {
    return { ok: false, error: toErrorRecord(error) };
  }
}

/** What is wrong, of a message "Cannot <do>: <what is wrong>". */
export function reasonOf(message: string): string {
  return message.replace(/^Cannot [^:]*: /, "");
}
