/**
 * Errors: the only table from cause to status, and how a refusal is written.
 *
 * 400 is for what cannot be read at all (JSON that does not parse, a cut-off body); 422 for what was
 * read and breaks a rule. Every refusal is an RFC 9457 document that also holds an `error` member of
 * OpenAI's shape.
 *
 * @module
 */
import {
  AlikeError,
  CancelledError,
  type ErrorCode,
  type FieldError,
  InternalError,
  OverloadedError,
} from "../src/errors.ts";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Logger } from "../src/log.ts";
import type { Problem } from "../src/schemas/problem.ts";
import { type AppContext, requestFields } from "./context.ts";
import { cut, preview } from "./preview.ts";
import { MAX_FAULTS } from "./validation.ts";

/** Causes that only HTTP knows. */
type HttpCode = "malformed" | "no_route" | "method_not_allowed" | "forbidden";

/** A failure of the exchange itself, not of what it asks for. */
export class HttpError extends Error {
  readonly code: HttpCode;
  readonly errors: FieldError[];
  /** Headers that go with the answer. */
  readonly headers: Record<string, string>;

  constructor(
    code: HttpCode,
    message: string,
    options: ErrorOptions & { errors?: FieldError[]; headers?: Record<string, string> } = {},
  ) {
    super(message, options);
    this.name = "HttpError";
    this.code = code;
    this.errors = options.errors ?? [];
    this.headers = options.headers ?? {};
  }
}

/** Most characters of a detail: messages from inside may quote what was sent. */
const MAX_DETAIL = 1000;

/** How a cause is answered. */
export interface Cause {
  status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 429 | 499 | 500 | 503 | 504;
  title: string;
}

/** Cause to status. */
export const CAUSES: Record<ErrorCode | HttpCode, Cause> = {
  malformed: { status: 400, title: "The request cannot be read" },
  unauthorized: { status: 401, title: "A valid key is needed" },
  forbidden: { status: 403, title: "The request does not come from here" },
  not_found: { status: 404, title: "There is no such thing" },
  no_route: { status: 404, title: "There is no such route" },
  method_not_allowed: { status: 405, title: "The route has no such method" },
  conflict: { status: 409, title: "The state does not allow it" },
  too_large: { status: 413, title: "The input is too large" },
  unsupported: { status: 415, title: "The format is not supported" },
  invalid: { status: 422, title: "The request breaks a rule" },
  overloaded: { status: 429, title: "Too much is waiting" },
  // No standard status says so; 499 is what proxies log for it. The client does not see it.
  cancelled: { status: 499, title: "The client called it off" },
  internal: { status: 500, title: "Something went wrong here" },
  corrupt: { status: 500, title: "Stored data is damaged" },
  unavailable: { status: 503, title: "The service cannot do this now" },
  out_of_memory: { status: 503, title: "The backend's memory is exhausted" },
  worker_died: { status: 503, title: "The worker died" },
  timeout: { status: 504, title: "It took too long" },
};

/** The answer to anything thrown while a request was served. What is not the client's fault is logged. */
export function problemResponse(c: AppContext, thrown: unknown, log: Logger): Response {
  const error = named(c, thrown);
  c.set("failure", error);
  const { status, title } = CAUSES[error.code];
  if (status === 500) {
    log.error("request failed", {
      ...requestFields(c),
      code: error.code,
      error: thrown instanceof Error ? thrown.stack ?? thrown.message : String(thrown),
    });
  } else if (status > 500) {
    log.warn("request not answered", {
      ...requestFields(c),
      code: error.code,
      error: error.message,
    });
  }
  const detail = error.code === "internal"
    ? "Something went wrong on our side; the log tells more under this request's id"
    : cut(error.message, MAX_DETAIL);
  const errors = error.errors.slice(0, MAX_FAULTS)
    .map(({ path, rule, value }) => ({ path, rule, value: preview(value) }));
  const problem: Problem = {
    type: `urn:alike:problem:${error.code.replaceAll("_", "-")}`,
    title,
    status,
    detail,
    instance: c.get("requestId"),
    code: error.code,
    errors,
    error: {
      message: detail,
      type: openaiType(status),
      param: errors[0]?.path ?? null,
      code: error.code,
    },
  };
  // Hono's type of statuses has no 499.
  return c.body(JSON.stringify(problem), status as ContentfulStatusCode, {
    "content-type": "application/problem+json",
    "cache-control": "no-store",
    ...(error instanceof HttpError ? error.headers : {}),
    ...(error instanceof OverloadedError ? { "retry-after": `${error.retryAfterSeconds}` } : {}),
    ...(status === 401 ? { "www-authenticate": 'Bearer realm="alike"' } : {}),
  });
}

/** An error whose cause is in the table. */
function named(c: AppContext, thrown: unknown): AlikeError | HttpError {
  if (thrown instanceof AlikeError || thrown instanceof HttpError) return thrown;
  // Whatever breaks after the client has left is of no interest to anybody.
  if (c.req.raw.signal.aborted) return new CancelledError("Cannot answer: the client has left");
  return new InternalError("Cannot answer: unexpected error", { cause: thrown });
}

function openaiType(status: number): string {
  if (status === 401) return "authentication_error";
  if (status === 429) return "rate_limit_error";
  return status < 500 ? "invalid_request_error" : "server_error";
}
