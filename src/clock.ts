/**
 * Clock: time and timers as an argument, so that a policy that waits can be tested without waiting.
 *
 * @module
 */

/** Tells the time and calls back. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `action` once, after `ms` milliseconds. @returns Calls it off. */
  schedule(ms: number, action: () => void): () => void;
}

/** The longest wait a timer knows; it would fire at once beyond it. About 24 days. */
const LONGEST_MS = 2 ** 31 - 1;

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  schedule(ms, action) {
    const timer = setTimeout(action, Math.min(ms, LONGEST_MS));
    return () => clearTimeout(timer);
  },
};
