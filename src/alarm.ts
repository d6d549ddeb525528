/** Alarm: one timer that can be set anew. @module */
import type { Clock } from "./clock.ts";

/** Rings at the moment it was last set for. */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #at = Infinity;
  #stopTimer: () => void = () => {};

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** When it rings, milliseconds since the epoch; Infinity if it does not. */
  get at(): number {
    return this.#at;
  }

  /** Sets it, or with Infinity turns it off; no timer is touched where that changes nothing. */
  set(at: number): void {
    if (at === this.#at) return;
    this.#stopTimer();
    this.#at = at;
    if (at === Infinity) return;
    this.#stopTimer = this.#clock.schedule(at - this.#clock.now(), () => {
      this.#at = Infinity;
      this.#ring();
    });
  }
}
