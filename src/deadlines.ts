/**
 * Deadlines: many moments to wait for with one timer. Nearly all requests are answered long before
 * theirs, and a timer each costs more than all else that is done about them.
 *
 * @module
 */
import { Alarm } from "./alarm.ts";
import type { Clock } from "./clock.ts";

interface Deadline {
  at: number;
  onPassed: () => void;
}

/** Moments that are waited for. */
export class Deadlines {
  readonly #clock: Clock;
  readonly #waiting = new Set<Deadline>();
  /** Rings no later than at the first deadline. */
  readonly #alarm: Alarm;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#alarm = new Alarm(clock, () => this.#look());
  }

  /**
   * Calls `onPassed` once, at `at` (milliseconds since the epoch).
   *
   * @returns Calls it off. With none left to wait for there is no timer either.
   */
  add(at: number, onPassed: () => void): () => void {
    const deadline = { at, onPassed };
    this.#waiting.add(deadline);
    if (at < this.#alarm.at) this.#alarm.set(at);
    return () => {
      if (this.#waiting.delete(deadline) && this.#waiting.size === 0) this.#alarm.set(Infinity);
    };
  }

  /** The deadline that the alarm was set for may have been called off since. */
  #look(): void {
    const now = this.#clock.now();
    let next = this.#alarm.at;
    for (const deadline of [...this.#waiting]) {
      if (deadline.at > now) next = Math.min(next, deadline.at);
      else if (this.#waiting.delete(deadline)) deadline.onPassed();
    }
    // What passed may have added one, and set the alarm.
    if (this.#waiting.size > 0 && next < this.#alarm.at) this.#alarm.set(next);
  }
}
