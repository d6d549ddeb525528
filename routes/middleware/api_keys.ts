/** Keys: who may use the service. @module */
import { timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { UnauthorizedError } from "../../src/errors.ts";
import type { AppEnv } from "../context.ts";

/**
 * Open to all. Health and readiness are asked by machines that hold no key. The documentation is the
 * same for every installation and says nothing of this one, and a browser cannot send a key along
 * when a person opens a page: the key is typed there.
 */
const OPEN = /^\/(health|ready|openapi\.json|docs(\/.*)?)?$/;

/** Lets only requests with one of the keys pass. */
export function apiKeys(keys: readonly string[]): MiddlewareHandler<AppEnv> {
  // Digests have one length, so that comparing them tells nothing of a key, not even how long it is.
  const digests = Promise.all(keys.map(sha256));
  return async (c, next) => {
    if (OPEN.test(c.req.path)) return await next();
    const token = /^Bearer +([^\s]+)\s*$/i.exec(c.req.header("authorization") ?? "")?.[1];
    if (token === undefined) {
      throw new UnauthorizedError(
        "Cannot answer without a key: send the header Authorization: Bearer <key>",
      );
    }
    const given = await sha256(token);
    let valid = false;
    for (const digest of await digests) valid = timingSafeEqual(digest, given) || valid;
    if (!valid) throw new UnauthorizedError("Cannot answer: the key is not one of this service's");
    await next();
  };
}

async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}
