/** What a request carries through the middleware. @module */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";

/** Hono's environment of the whole application. */
export interface AppEnv {
  Variables: {
    /** From X-Request-Id, or made here; in every answer and log line. */
    requestId: string;
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
