/**
 * Only loopback: a service without keys is for this machine alone.
 *
 * It listens on loopback only, but that is not enough: a page of another site whose name was made to
 * point to 127.0.0.1 (DNS rebinding) is no other site to the browser, and a proxy may pass on what
 * comes from anywhere. Both are told by the host that the request names.
 *
 * @module
 */
import type { AppContext } from "./context.ts";
import { HttpError } from "./errors.ts";

const LOOPBACK = /^((.+\.)?localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** @throws {HttpError} If the request names another host. */
export function requireLoopback(c: AppContext): void {
  const { hostname } = new URL(c.req.url);
  if (LOOPBACK.test(hostname)) return;
  throw new HttpError(
    "forbidden",
    "Cannot answer: without ALIKE_API_KEYS only requests to a loopback address are",
    { errors: [{ path: "Host", rule: "must be a loopback address", value: hostname }] },
  );
}
