/** Time limit: a request that takes too long is answered 504 and its work called off. @module */
import type { MiddlewareHandler } from "hono";
import type { Clock } from "../../src/clock.ts";
import { Deadlines } from "../../src/deadlines.ts";
import { TimeoutError } from "../../src/errors.ts";
import type { AppEnv } from "../context.ts";

/**
 * Unlike Hono's `timeout`, which answers but lets the handler run on, this fires the signal of the
 * request. (One controller that follows the client's signal: `AbortSignal.any` and its weak
 * references keep the garbage collector busy.)
 *
 * @param ms Milliseconds.
 */
export function timeLimit(ms: number, clock: Clock): MiddlewareHandler<AppEnv> {
  const deadlines = new Deadlines(clock);
  return async (c, next) => {
    const client = c.get("signal");
    const work = new AbortController();
    const leave = () => work.abort(client.reason);
    if (client.aborted) leave();
    else client.addEventListener("abort", leave, { once: true });
    c.set("signal", work.signal);
    const { promise: lateness, reject } = Promise.withResolvers<never>();
    const callOff = deadlines.add(clock.now() + ms, () => {
      const late = new TimeoutError(`Cannot answer: it took longer than ${ms} ms`);
      work.abort(late);
      reject(late);
    });
    try {
      await Promise.race([next(), lateness]);
    } finally {
      callOff();
      client.removeEventListener("abort", leave);
    }
  };
}
