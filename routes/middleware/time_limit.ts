/** Time limit: a request that takes too long is answered 504 and its work called off. @module */
import type { MiddlewareHandler } from "hono";
import { TimeoutError } from "../../src/errors.ts";
import type { AppEnv } from "../context.ts";

/**
 * Unlike Hono's `timeout`, which answers but lets the handler run on, this fires `c.var.signal`.
 *
 * @param ms Milliseconds.
 */
export function timeLimit(ms: number): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const late = new AbortController();
    const timer = setTimeout(
      () => late.abort(new TimeoutError(`Cannot answer: it took longer than ${ms} ms`)),
      ms,
    );
    c.set("signal", AbortSignal.any([c.var.signal, late.signal]));
    const lateness = new Promise<never>((_, reject) => {
      late.signal.addEventListener("abort", () => reject(late.signal.reason), { once: true });
    });
    try {
      await Promise.race([next(), lateness]);
    } finally {
      clearTimeout(timer);
    }
  };
}
