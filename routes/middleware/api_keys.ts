/** Lets in who has a key: machines send it, browsers keep a session. @module */
import type { MiddlewareHandler } from "hono";
import { getCookie } from "hono/cookie";
import { UnauthorizedError } from "../../src/errors.ts";
import { takesPage } from "../asks_for_page.ts";
import type { AppEnv } from "../context.ts";
import { type Keys, SESSION_COOKIE } from "./keys.ts";

/**
 * Open to all. Health and readiness are asked by machines that hold no key. The documentation is the
 * same for every installation and says nothing of this one; who tries a route there signs in first.
 * So are the dashboard's own files, and the page where a key is given.
 */
const OPEN = /^\/(health|ready|openapi\.json|login|docs(\/.*)?|assets\/.*)$/;

/** Lets only requests with one of the keys pass; people are led to where they can give one. */
export function apiKeys(keys: Keys): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (OPEN.test(c.req.path)) return await next();
    const authorization = c.req.header("authorization");
    const session = getCookie(c, SESSION_COOKIE);
    if (authorization === undefined && session !== undefined) {
      if (await keys.acceptsSession(session)) return await next();
    }
    const token = /^Bearer +([^\s]+)\s*$/i.exec(authorization ?? "")?.[1];
    if (token === undefined) {
      if (takesPage(c)) {
        const { pathname, search } = new URL(c.req.url);
        return c.redirect(`/login?to=${encodeURIComponent(pathname + search)}`, 303);
      }
      throw new UnauthorizedError(
        "Cannot answer without a key: send the header Authorization: Bearer <key>",
      );
    }
    if (!await keys.accepts(token)) {
      throw new UnauthorizedError("Cannot answer: the key is not one of this service's");
    }
    await next();
  };
}
