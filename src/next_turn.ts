/** Gives the event loop a turn, so that a busy worker sees its messages. @module */
import { setImmediate } from "node:timers";

/** Resolves in the next turn; about a microsecond of its own. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
