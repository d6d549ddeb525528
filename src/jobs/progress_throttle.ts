/**
 * Progress throttle: lets at most so many reports a second through, and never the last one get
 * lost.
 *
 * @module
 */
import type { Clock } from "../clock.ts";

/** Passes values on, at most one an interval: the newest. */
export class ProgressThrottle<T> {
  readonly #pass: (value: T) => void;
  readonly #intervalMs: number;
  readonly #clock: Clock;
  #held: { value: T } | undefined;
  #openAt = 0;
  #stopTimer: () => void = () => {};

  /** @param pass Called at once where none has passed for `intervalMs`, else when that is over. */
  constructor(pass: (value: T) => void, intervalMs: number, clock: Clock) {
    this.#pass = pass;
    this.#intervalMs = intervalMs;
    this.#clock = clock;
  }

  /** Takes a value; it replaces one that is still held. */
  push(value: T): void {
    const waiting = this.#held !== undefined;
    this.#held = { value };
    if (waiting) return;
    const wait = this.#openAt - this.#clock.now();
    if (wait <= 0) this.flush();
    else this.#stopTimer = this.#clock.schedule(wait, () => this.flush());
  }

  /** Passes on what is held, now. */
  flush(): void {
    this.#stopTimer();
    const held = this.#held;
    if (held === undefined) return;
    this.#held = undefined;
    this.#openAt = this.#clock.now() + this.#intervalMs;
    this.#pass(held.value);
  }
}
