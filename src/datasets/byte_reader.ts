/**
 * Reads a stream of chunks by counts of bytes, with a look ahead: how formats are told apart before
 * anything is consumed.
 *
 * @module
 */

/** A stream of chunks, read by counts of bytes. */
export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #chunks: Uint8Array[] = [];
  #buffered = 0;
  #ended = false;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The next `count` bytes without consuming them; fewer only if the stream has no more. */
  async peek(count: number): Promise<Uint8Array> {
    while (this.#buffered < count && await this.#pull());
    if ((this.#chunks[0]?.length ?? 0) < Math.min(count, this.#buffered)) this.#merge();
    return (this.#chunks[0] ?? new Uint8Array()).subarray(0, count);
  }

  /** The next `count` bytes; fewer only if the stream has no more. The array is the caller's own. */
  async read(count: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(count);
    let filled = 0;
    while (filled < count) {
      const chunk = this.#chunks[0];
      if (chunk === undefined) {
        if (!await this.#pull()) break;
        continue;
      }
      const part = chunk.subarray(0, count - filled);
      bytes.set(part, filled);
      filled += part.length;
      this.#buffered -= part.length;
      if (part.length === chunk.length) this.#chunks.shift();
      else this.#chunks[0] = chunk.subarray(part.length);
    }
    return filled === count ? bytes : bytes.slice(0, filled);
  }

  /** All that is left, or undefined as soon as it turns out to be more than `limit` bytes. */
  async readAll(limit: number): Promise<Uint8Array | undefined> {
    do {
      if (this.#buffered > limit) return undefined;
    } while (await this.#pull());
    return await this.read(this.#buffered);
  }

  /**
   * What has not been consumed, chunk by chunk. To stop reading it does not end the source: whoever
   * made the source does that.
   */
  async *rest(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk !== undefined) {
        this.#buffered -= chunk.length;
        yield chunk;
      } else if (!await this.#pull()) {
        return;
      }
    }
  }

  /** @returns False at the end. */
  async #pull(): Promise<boolean> {
    if (this.#ended) return false;
    const { done, value } = await this.#source.next();
    if (done) {
      this.#ended = true;
      return false;
    }
    if (value.length > 0) {
      this.#chunks.push(value);
      this.#buffered += value.length;
    }
    return true;
  }

  #merge(): void {
    const all = new Uint8Array(this.#buffered);
    let at = 0;
    for (const chunk of this.#chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    this.#chunks = [all];
  }
}
