/** What a request carries through the middleware. @module */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { LogFields } from "../src/log.ts";

/** Hono's environment of the whole application. */
export interface AppEnv {
  Variables: {
    /** From X-Request-Id, or made here; in every answer and log line. */
    requestId: string;
    /** Of the trace that the request belongs to, if it is traced. */
    traceId?: string;
    /** Ids of what came of it, for the log. */
    about?: LogFields;
    /** What the answer is a refusal for, if it is one. */
    failure?: Error;
    /** When the request came, milliseconds since the epoch. */
    arrivedAt: number;
    /** Fires when the client is gone or the time is up. */
    signal: AbortSignal;
    /** The pattern of the API route that answers, once the request has come to one. */
    route?: string;
  };
}

/** The application. */
export type App = OpenAPIHono<AppEnv>;
/** One request. */
export type AppContext = Context<AppEnv>;

/** What every log line of a request holds. */
export function requestFields(c: AppContext): LogFields {
  const traceId = c.get("traceId");
  return {
    requestId: c.get("requestId"),
    ...(traceId === undefined ? {} : { traceId }),
    ...c.get("about"),
  };
}
