/** Time limit: a request that takes too long is answered 504 and its work called off. @module */
import type { Clock } from "../src/clock.ts";
import { Deadlines } from "../src/deadlines.ts";
import { TimeoutError } from "../src/errors.ts";
import type { AppContext } from "./context.ts";

/**
 * A limit for the work of a request. Unlike Hono's `timeout`, which answers but lets the handler run
 * on, it fires the request's signal. (One controller that follows the client's signal:
 * `AbortSignal.any` and its weak references keep the garbage collector busy.)
 *
 * @param ms Milliseconds.
 * @returns Does `work` on a request. @throws {TimeoutError} If that takes too long.
 */
export function timeLimit(ms: number, clock: Clock) {
  const deadlines = new Deadlines(clock);
  return <Answer>(c: AppContext, work: (c: AppContext) => Promise<Answer>) =>
    new Promise<Answer>((resolve, reject) => {
      const client = c.get("signal");
      const call = new AbortController();
      const leave = () => call.abort(client.reason);
      if (client.aborted) leave();
      else client.addEventListener("abort", leave, { once: true });
      c.set("signal", call.signal);
      const callOff = deadlines.add(clock.now() + ms, () => {
        const late = new TimeoutError(`Cannot answer: it took longer than ${ms} ms`);
        call.abort(late);
        reject(late);
      });
      const ended = () => {
        callOff();
        client.removeEventListener("abort", leave);
      };
      work(c).then((answer) => {
        ended();
        resolve(answer);
      }, (error) => {
        ended();
        reject(error);
      });
    });
}
