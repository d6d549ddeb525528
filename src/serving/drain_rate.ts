/**
 * Drain rate: how many images a second are answered while there is work, for Retry-After.
 *
 * @module
 */

/** How fast what happened long ago is forgotten, milliseconds of work. */
const MEMORY_MS = 10_000;

/** A moving average over time spent working; idle time does not lower it. */
export class DrainRate {
  #images = 0;
  #milliseconds = 0;
  /** Since when there has been work without an answer; undefined while idle. */
  #since: number | undefined;
  #busy = 0;

  /** Work was handed out. */
  started(now: number): void {
    if (this.#busy++ === 0) this.#since = now;
  }

  /** Work came back; `images` of it count. */
  finished(now: number, images: number): void {
    const elapsed = Math.max(0, now - (this.#since ?? now));
    const kept = Math.exp(-elapsed / MEMORY_MS);
    this.#images = this.#images * kept + images;
    this.#milliseconds = this.#milliseconds * kept + elapsed;
    this.#since = --this.#busy > 0 ? now : undefined;
  }

  /** Images a second, 0 while nothing is known. */
  get perSecond(): number {
    return this.#milliseconds > 0 ? this.#images / this.#milliseconds * 1000 : 0;
  }
}
