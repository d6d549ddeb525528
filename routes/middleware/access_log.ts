/** Access log: one line and one observation a request. @module */
import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import type { Logger } from "../../src/log.ts";
import { type AppContext, type AppEnv, requestFields } from "../context.ts";

/** A request that was answered. */
export interface Access {
  method: string;
  /** The pattern, `/v1/jobs/:id`: paths themselves are without number. */
  route: string;
  status: number;
  seconds: number;
}

/** Tells the log, at `debug` for what machines ask all the time, and `observe`. */
export function accessLog(
  log: Logger,
  observe: (access: Access) => void,
): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const start = performance.now();
    await next();
    const access: Access = {
      method: METHODS.has(c.req.method) ? c.req.method : "OTHER",
      route: c.get("route") ?? routeOf(c),
      status: c.res.status,
      seconds: (performance.now() - start) / 1000,
    };
    observe(access);
    const level = QUIET.has(access.route) ? "debug" : "info";
    log[level]("request", {
      method: access.method,
      route: access.route,
      status: access.status,
      ms: Math.round(access.seconds * 1e4) / 10,
      ...requestFields(c),
    });
  };
}

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
const QUIET = new Set(["/health", "/ready", "/metrics"]);

/** The pattern that answered, `none` where there was none. */
export function routeOf(c: AppContext): string {
  const route = routePath(c, -1);
  return route === "*" || route === "/*" ? "none" : route;
}
