/** Order of the items of a classifier's training. @module */
import type { Random } from "../random.ts";

/** Which items come in which step: each once an epoch, in a new order; what is left over waits. */
export class BatchOrders {
  readonly #items: number;
  readonly #batchSize: number;
  readonly #stepsPerEpoch: number;
  readonly #random: Random;
  #epoch = -1;
  #order: Uint32Array = new Uint32Array();

  /**
   * @param items How many there are. @param batchSize Of a step; fewer where there are fewer items.
   * @param random Draws the order of each epoch.
   */
  constructor(items: number, batchSize: number, random: Random) {
    this.#items = items;
    this.#batchSize = Math.min(batchSize, items);
    this.#stepsPerEpoch = Math.floor(items / this.#batchSize);
    this.#random = random;
  }

  /** The items of a step, and in which epoch it is. */
  at(step: number): { places: number[]; epoch: number } {
    const epoch = Math.floor(step / this.#stepsPerEpoch);
    if (epoch !== this.#epoch) {
      this.#order = this.#random.stream("shuffle", [epoch]).permutation(this.#items);
      this.#epoch = epoch;
    }
    const start = (step % this.#stepsPerEpoch) * this.#batchSize;
    return { places: Array.from(this.#order.subarray(start, start + this.#batchSize)), epoch };
  }
}
