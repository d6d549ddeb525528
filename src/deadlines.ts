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

/**
 * Moments that are waited for.
 *
 * In places that are used again, not in a `Set`: V8 gives that a new table every so often, and the
 * old one goes on pointing to the new one and to what was in it, so that once one of them has become
 * old, requests long answered are kept until a full collection.
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #places: (Deadline | undefined)[] = [];
  readonly #free: number[] = [];
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
    const place = this.#free.pop() ?? this.#places.length;
    this.#places[place] = deadline;
    if (at < this.#alarm.at) this.#alarm.set(at);
    return () => {
      if (this.#places[place] !== deadline) return;
      this.#leave(place);
      if (this.#isEmpty) this.#alarm.set(Infinity);
    };
  }

  get #isEmpty(): boolean {
    return this.#free.length === this.#places.length;
  }

  #leave(place: number): void {
    this.#places[place] = undefined;
    this.#free.push(place);
  }

  /** The deadline that the alarm was set for may have been called off since. */
  #look(): void {
    const now = this.#clock.now();
    let next = this.#alarm.at;
    for (const [place, deadline] of [...this.#places].entries()) {
      // One that passes may call off another.
      if (deadline === undefined || this.#places[place] !== deadline) continue;
      if (deadline.at > now) {
        next = Math.min(next, deadline.at);
      } else {
        this.#leave(place);
        deadline.onPassed();
      }
    }
    // What passed may have added one, and set the alarm.
    if (!this.#isEmpty && next < this.#alarm.at) this.#alarm.set(next);
  }
}
