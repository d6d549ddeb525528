/**
 * Tickets: something and who asks for it, which reach a thread by different ways. Either may come
 * first.
 *
 * @module
 */

/** What meets here. Each ticket is brought once and taken once; what has met is forgotten. */
export class Tickets<T> {
  readonly #unmet = new Map<number, PromiseWithResolvers<T>>();

  /** What comes, or has come, for a ticket. */
  take(ticket: number): Promise<T> {
    return this.#meet(ticket).promise;
  }

  /** What is for who takes that ticket. */
  bring(ticket: number, value: T): void {
    this.#meet(ticket).resolve(value);
  }

  /** How many have been brought and not taken, or the other way round. */
  get unmet(): number {
    return this.#unmet.size;
  }

  #meet(ticket: number): PromiseWithResolvers<T> {
    const meeting = this.#unmet.get(ticket);
    if (meeting !== undefined) {
      this.#unmet.delete(ticket);
      return meeting;
    }
    const begun = Promise.withResolvers<T>();
    this.#unmet.set(ticket, begun);
    return begun;
  }
}
