/**
 * Deadlines: many moments to wait for with one timer. Nearly all requests are answered long before
 * theirs, and a timer each costs more than all else that is done about them.
 *
 * @module
 */
import type { Clock } from "./clock.ts";

interface Deadline {
  at: number;
  onPassed: () => void;
}

/** Moments that are waited for. */
export class Deadlines {
  readonly #clock: Clock;
  readonly #waiting = new Set<Deadline>();
  /** When the timer fires; no later than the first deadline. */
  #wakesAt = Infinity;
  #stopTimer: () => void = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Calls `onPassed` once, at `at` (milliseconds since the epoch).
   *
   * @returns Calls it off. With none left to wait for there is no timer either.
   */
  add(at: number, onPassed: () => void): () => void {
    const deadline = { at, onPassed };
    this.#waiting.add(deadline);
    this.#wakeAt(at);
    return () => {
      if (!this.#waiting.delete(deadline) || this.#waiting.size > 0) return;
      this.#stopTimer();
      this.#wakesAt = Infinity;
    };
  }

  #wakeAt(at: number): void {
    if (at >= this.#wakesAt) return;
    this.#stopTimer();
    this.#wakesAt = at;
    this.#stopTimer = this.#clock.schedule(at - this.#clock.now(), () => this.#wake());
  }

  /** The deadline that the timer was set for may have been called off since. */
  #wake(): void {
    this.#wakesAt = Infinity;
    const now = this.#clock.now();
    let next = Infinity;
    for (const deadline of [...this.#waiting]) {
      if (deadline.at > now) next = Math.min(next, deadline.at);
      else if (this.#waiting.delete(deadline)) deadline.onPassed();
    }
    if (this.#waiting.size > 0) this.#wakeAt(next);
  }
}
