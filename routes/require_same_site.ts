/**
 * Same site: without keys the service trusts whoever reaches it on loopback, and so does any page
 * open in a browser on this machine. A page of another site may not change anything here.
 *
 * @module
 */
import type { AppContext } from "./context.ts";
import { HttpError } from "./errors.ts";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses what a browser says another site's page has sent, unless it only reads.
 *
 * @throws {HttpError}
 */
export function requireSameSite(c: AppContext): void {
  const site = c.req.header("sec-fetch-site");
  if (!SAFE.has(c.req.method) && (site === "cross-site" || site === "same-site")) {
    throw new HttpError("forbidden", "Cannot answer: a page of another site sent the request", {
      errors: [{ path: "Sec-Fetch-Site", rule: "must be same-origin or none", value: site }],
    });
  }
}
