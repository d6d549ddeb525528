/**
 * Pixel budget: how many pixels may be decoded at the same time. A few hundred bytes can stand for
 * an image of the largest size allowed, so a count of images in flight bounds no memory.
 *
 * @module
 */

/** Lets work begin in order of asking, as long as its pixels fit. */
export class PixelBudget {
  readonly #capacity: number;
  #used = 0;
  readonly #waiting: { pixels: number; start: () => void }[] = [];

  /** @param capacity Pixels at the same time; work that is larger than all of it runs alone. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Runs `work` when there is room for its pixels. */
  async use<T>(pixels: number, work: () => Promise<T>): Promise<T> {
    const cost = Math.min(pixels, this.#capacity);
    if (this.#waiting.length > 0 || this.#used + cost > this.#capacity) {
      await new Promise<void>((start) => this.#waiting.push({ pixels: cost, start }));
    } else {
      this.#used += cost;
    }
    try {
      return await work();
    } finally {
      this.#used -= cost;
      this.#startWaiting();
    }
  }

  #startWaiting(): void {
    for (;;) {
      const next = this.#waiting[0];
      if (next === undefined || this.#used + next.pixels > this.#capacity) return;
      this.#waiting.shift();
      this.#used += next.pixels;
      next.start();
    }
  }
}
