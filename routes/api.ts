/**
 * Api: registers a route with its documentation, its checks and its time limit in one go.
 *
 * `@hono/zod-openapi` has validators of its own; ours read the body within limits and once, refuse
 * what is not UTF-8, and name field, rule and value in what they refuse.
 *
 * @module
 */
import type { RouteConfig, RouteHandler } from "@hono/zod-openapi";
import { z } from "zod";
import { systemClock } from "../src/clock.ts";
import type { Config } from "../src/config.ts";
import { readJson } from "./body.ts";
import type { App, AppContext, AppEnv } from "./context.ts";
import { timeLimit } from "./time_limit.ts";
import { check } from "./validation.ts";

/** What {@linkcode Api.route} may be told beside the route. */
export interface RouteOptions {
  /** Whether the time limit applies; false for uploads and streams. @default {true} */
  timeLimit?: boolean;
  /** Whether the query is checked; false where it counts only for some bodies. @default {true} */
  checksQuery?: boolean;
}

/** Where routes are registered. */
export class Api {
  readonly app: App;
  readonly #config: Config;
  readonly #timeLimit: ReturnType<typeof timeLimit>;

  constructor(app: App, config: Config) {
    this.app = app;
    this.#config = config;
    this.#timeLimit = timeLimit(config.requestTimeoutMs, systemClock);
  }

  /**
   * Registers a route made by `createRoute`. Parameters and query are checked; so is the body where
   * JSON is all that the route takes. A handler for several media types reads it by itself.
   */
  route<R extends RouteConfig>(
    route: R,
    handler: RouteHandler<R, AppEnv>,
    options: RouteOptions = {},
  ): void {
    this.app.openAPIRegistry.registerPath(route);
    const path = route.path.replaceAll(/\{(.+?)\}/g, ":$1");
    const checks = this.#checks(route, options.checksQuery ?? true);
    // The handler's input type is the route's own; Hono's general type does not know it.
    const handle = handler as unknown as (c: AppContext) => Response | Promise<Response>;
    const answer = async (c: AppContext) => {
      c.set("route", path);
      await checks(c);
      return await handle(c);
    };
    const within = this.#timeLimit;
    // One handler, and no middlewares: each is a handful of promises and closures more that wait
    // with a request, and what waits is what the garbage collector copies.
    const limited = options.timeLimit ?? true ? (c: AppContext) => within(c, answer) : answer;
    this.app.on([route.method], [path], limited);
  }

  /** What has to hold of a request before it is handled. */
  #checks(route: RouteConfig, checksQuery: boolean): (c: AppContext) => Promise<void> {
    const { params, query, body } = route.request ?? {};
    const content = body?.content ?? {};
    const onlyJson = Object.keys(content).join() === "application/json";
    const media = onlyJson ? content["application/json"] : undefined;
    const schema = media !== undefined && "schema" in media ? media.schema : undefined;
    return async (c) => {
      if (isZod(params)) c.req.addValidatedData("param", check(params, c.req.param(), "path"));
      if (checksQuery && isZod(query)) {
        c.req.addValidatedData("query", check(query, queryOf(c.req.queries()), "query"));
      }
      if (isZod(schema)) {
        const value = await readJson(c, this.#config.maxBodyBytes);
        c.req.addValidatedData("json", check(schema, value, "body") as object);
      }
    };
  }
}

/** Query parameters by name; one that is repeated keeps all its values and fails its check. */
export function queryOf(all: Record<string, string[]>): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(all).map(([name, values]) => [name, values.length === 1 ? values[0]! : values]),
  );
}

function isZod(schema: unknown): schema is z.ZodType<object> {
  return schema instanceof z.ZodType;
}
