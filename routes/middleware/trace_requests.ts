/** Traces requests: Deno makes a span of each, and only we know what it was about. @module */
import type { MiddlewareHandler } from "hono";
import type { Tracing } from "../../src/tracing.ts";
import type { AppEnv } from "../context.ts";
import { routeOf } from "./access_log.ts";

/** Names each span by its route, and by the id that is in the log. */
export function traceRequests(tracing: Tracing): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const span = tracing.active();
    if (span === undefined) return await next();
    c.set("traceId", span.spanContext().traceId);
    await next();
    const route = routeOf(c);
    if (route !== "none") {
      span.setAttribute("http.route", route);
      span.updateName(`${c.req.method} ${route}`);
    }
    span.setAttribute("http.response.header.x-request-id", [c.get("requestId")]);
    const failure = c.get("failure");
    if (failure === undefined) return;
    // By the conventions a span of a server has not failed where the client is at fault.
    if (c.res.status >= 500) tracing.fail(span, failure);
    else tracing.record(span, failure);
  };
}
