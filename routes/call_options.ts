/** Call options: how long an answer is worth waiting for. @module */
import type { Config } from "../src/config.ts";
import { integerText } from "../src/schemas/text_value.ts";
import type { AppContext } from "./context.ts";
import type { CallOptions } from "./services.ts";
import { check } from "./validation.ts";

const HEADER = "X-Deadline-Ms";

/** The header as the documentation describes it. */
export const deadlineHeader = {
  name: HEADER,
  in: "header",
  description:
    "Milliseconds from arrival after which the answer is worth nothing any more: the request is " +
    "dropped from the queue then and answered 504",
  schema: { type: "integer", minimum: 1 },
} as const;

/**
 * The signal of a request, and its deadline: the client's, or the time limit if that is sooner.
 *
 * @throws {InvalidError} If X-Deadline-Ms is no positive whole number.
 */
export function callOptions(c: AppContext, config: Config): CallOptions {
  const header = c.req.header(HEADER);
  const limit = config.requestTimeoutMs;
  const ms = header === undefined
    ? limit
    : check(integerText(1, Number.MAX_SAFE_INTEGER), header, HEADER);
  return { signal: c.get("signal"), deadline: c.get("arrivedAt") + Math.min(ms, limit) };
}
