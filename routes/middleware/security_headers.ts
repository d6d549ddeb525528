/** Security headers: what a browser may do with our answers. @module */
import type { MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";
import { CARD_STYLE_DIGEST } from "../card/style.ts";
import { asksForPage } from "../asks_for_page.ts";
import type { AppEnv } from "../context.ts";

/** Answers are data: nothing in them is to run, load or be framed. */
const forData = secureHeaders({
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"], sandbox: [] },
  // Whether there is TLS in front of us is not ours to promise.
  strictTransportSecurity: false,
  xFrameOptions: "DENY",
  // Of documents, or of plug-ins and browsers that are gone: on data they say nothing, and each
  // costs a request about a microsecond.
  originAgentCluster: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
  removePoweredBy: false,
});

/** Pages run our own scripts and nothing else, and speak to nobody but us. */
const forPages = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    workerSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", "data:", "blob:"],
    connectSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
  },
  strictTransportSecurity: false,
  xFrameOptions: "DENY",
});

/** A card is looked at: it has its own style and nothing that runs, loads or is sent. */
const forCards = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    styleSrc: [`'sha256-${CARD_STYLE_DIGEST}'`],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
    sandbox: [],
  },
  strictTransportSecurity: false,
  xFrameOptions: "DENY",
});

/** Where a browser gets pages and what they load, and not data. */
const PAGES = /^\/($|(docs|assets|datasets|jobs|models|collections|serving|login)(\/|$))/;

/** Sets them on every answer. */
export const securityHeaders: MiddlewareHandler<AppEnv> = (c, next) => {
  const { path } = c.req;
  if (PAGES.test(path) || asksForPage(c)) return forPages(c, next);
  if (/^\/v1\/models\/[^/]+\/card$/.test(path)) return forCards(c, next);
  return forData(c, next);
};
