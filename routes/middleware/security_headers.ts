/** Security headers: what a browser may do with our answers. @module */
import type { MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";
import type { AppEnv } from "../context.ts";

/** Answers are data: nothing in them is to run, load or be framed. */
const forData = secureHeaders({
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"], sandbox: [] },
  // Whether there is TLS in front of us is not ours to promise.
  strictTransportSecurity: false,
  xFrameOptions: "DENY",
});

/** The documentation runs its own scripts and nothing else, and speaks to nobody but us. */
const forDocs = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", "data:"],
    connectSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
  strictTransportSecurity: false,
  xFrameOptions: "DENY",
});

/** Sets them on every answer. */
export const securityHeaders: MiddlewareHandler<AppEnv> = (c, next) =>
  /^\/docs(\/|$)/.test(c.req.path) ? forDocs(c, next) : forData(c, next);
