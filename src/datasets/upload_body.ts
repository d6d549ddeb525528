/**
 * The body of an upload: bytes from a client who may send too much, stop, or go away.
 *
 * @module
 */
import { type AlikeError, CancelledError, TimeoutError, TooLargeError } from "../errors.ts";

/** What {@linkcode UploadBody} takes. */
export interface UploadBodyOptions {
  /** Most bytes. */
  maxBytes: number;
  /** How long nothing may come, milliseconds. */
  idleMs: number;
  /** Fires when the client is gone. */
  signal?: AbortSignal | undefined;
}

/** The bytes of an upload, once. */
export class UploadBody implements AsyncIterable<Uint8Array> {
  /** Why it ended before its end, or what the signal told after it. */
  failure: AlikeError | undefined;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #options: UploadBodyOptions;
  readonly #onAbort: () => void;

  constructor(body: ReadableStream<Uint8Array>, options: UploadBodyOptions) {
    this.#reader = body.getReader();
    this.#options = options;
    this.#onAbort = () => this.#fail(cancelled(options.signal?.reason));
    if (options.signal?.aborted) this.#onAbort();
    else options.signal?.addEventListener("abort", this.#onAbort);
  }

  /**
   * @throws {TooLargeError} @throws {TimeoutError} @throws {CancelledError} If the signal fires or
   * the body breaks off.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const { maxBytes } = this.#options;
    let bytes = 0;
    for (;;) {
      const chunk = await this.#read();
      if (this.failure !== undefined) throw this.failure;
      if (chunk === undefined) return;
      bytes += chunk.length;
      if (bytes > maxBytes) {
        throw this.#fail(
          new TooLargeError(
            `Cannot import the upload: it has more bytes than are allowed, ${maxBytes}`,
          ),
        );
      }
      yield chunk;
    }
  }

  /** Tells the sender that no more is wanted, and stops listening to the signal. */
  async cancel(reason?: unknown): Promise<void> {
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
    await this.#reader.cancel(reason).catch(() => {});
  }

  /** The next chunk, or undefined at the end or on a failure. */
  async #read(): Promise<Uint8Array | undefined> {
    const { idleMs } = this.#options;
    const timer = setTimeout(() => {
      this.#fail(
        new TimeoutError(`Cannot import the upload: nothing came for ${idleMs} milliseconds`),
      );
    }, idleMs);
    try {
      return (await this.#reader.read()).value;
    } catch (cause) {
      this.failure ??= cancelled(cause);
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the reading, which then throws the failure. */
  #fail(failure: AlikeError): AlikeError {
    this.failure ??= failure;
    // A read that waits is answered "done" by this.
    this.#reader.cancel(failure).catch(() => {});
    return this.failure;
  }
}

function cancelled(cause: unknown): CancelledError {
  return new CancelledError("Cannot import the upload: the client broke it off", { cause });
}
