/** Order of the items of a classifier's training. @module */

/** Which items come in which step: each once an epoch, in a new order; what is left over waits. */
export class BatchOrders {
  readonly #batchSize: number;
  readonly #stepsPerEpoch: number;
  readonly #draw: (epoch: number) => Uint32Array;
  #epoch = -1;
  #order: Uint32Array = new Uint32Array();

  /**
   * @param items How many there are. @param batchSize Of a step; fewer where there are fewer items.
   * @param draw The order of an epoch: a permutation of 0..items-1.
   */
  constructor(items: number, batchSize: number, draw: (epoch: number) => Uint32Array) {
    this.#batchSize = Math.min(batchSize, items);
    this.#stepsPerEpoch = Math.floor(items / this.#batchSize);
    this.#draw = draw;
  }

  /** The items of a step, and in which epoch it is. */
  at(step: number): { places: number[]; epoch: number } {
    const epoch = Math.floor(step / this.#stepsPerEpoch);
    if (epoch !== this.#epoch) {
      this.#order = this.#draw(epoch);
      this.#epoch = epoch;
    }
    const start = (step % this.#stepsPerEpoch) * this.#batchSize;
    return { places: Array.from(this.#order.subarray(start, start + this.#batchSize)), epoch };
  }
}
