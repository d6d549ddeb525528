/**
 * The way to an embedder's decoder, past the embedder: that takes in no message while it computes,
 * so that what it would pass on is decoded too late.
 *
 * @module
 */
import type { ToDecode, ToDecodeForTicket } from "./decoder_protocol.ts";
import { inOneBuffer } from "./one_buffer.ts";

/** The main thread's end. */
export class DecoderIntake {
  readonly #port: MessagePort;
  readonly #maxPixels: number;
  #lastTicket = 0;

  /**
   * @param port What the embedder sent once its decoder was there.
   * @param maxPixels Most pixels that an image may have.
   */
  constructor(port: MessagePort, maxPixels: number) {
    this.#port = port;
    this.#maxPixels = maxPixels;
  }

  /**
   * Has images decoded; they are copied.
   *
   * @returns The ticket that the pixels come to the embedder with. It must be told of it.
   */
  decode(
    images: readonly Uint8Array[],
    { size, channels }: Pick<ToDecode["options"], "size" | "channels">,
  ): number {
    const ticket = ++this.#lastTicket;
    const { views, buffer } = inOneBuffer(images);
    const options = { size, channels, maxPixels: this.#maxPixels };
    this.#port.postMessage({ ticket, images: views, options } satisfies ToDecodeForTicket, [
      buffer,
    ]);
    return ticket;
  }
}
