/**
 * Decoder worker: makes pixels of an embedder's images while that computes the batch before.
 *
 * A thread of its own, and not the embedder's: decoding takes a fifth of the time that a small
 * network does, and what reads untrusted bytes shares no memory with what holds the models.
 *
 * @module
 */
import { decodeImages } from "../src/images/decode_images.ts";
import { Transferred } from "../src/protocol/channel.ts";
import { DECODER, type DecoderProtocol } from "../src/protocol/decoder_protocol.ts";
import { inOneBuffer } from "../src/protocol/one_buffer.ts";
import { serveWorker } from "../src/protocol/serve_worker.ts";

serveWorker<DecoderProtocol>(DECODER, () =>
  Promise.resolve({
    ready: null,
    handlers: {
      decode: async ({ images, options }) => {
        const outcomes = await decodeImages(images, options);
        const { views, buffer } = inOneBuffer(
          outcomes.flatMap((outcome) => outcome.ok ? [outcome.value] : []),
        );
        let next = 0;
        return new Transferred(
          outcomes.map((outcome) => outcome.ok ? { ...outcome, value: views[next++]! } : outcome),
          [buffer],
        );
      },
    },
    listeners: {},
  }));
