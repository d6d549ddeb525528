/**
 * Decoder worker: makes pixels of an embedder's images while that computes the batch before.
 *
 * A thread of its own, and not the embedder's: decoding takes a fifth of the time that a small
 * network does, and what reads untrusted bytes shares no memory with what holds the models.
 *
 * @module
 */
import type { Outcome } from "../src/errors.ts";
import { decodeImages } from "../src/images/decode_images.ts";
import { Transferred } from "../src/protocol/channel.ts";
import {
  DECODER,
  type DecoderProtocol,
  type ToDecode,
  type ToDecodeForTicket,
} from "../src/protocol/decoder_protocol.ts";
import { inOneBuffer } from "../src/protocol/one_buffer.ts";
import { serveWorker } from "../src/protocol/serve_worker.ts";

serveWorker<DecoderProtocol>(DECODER, ({ intake }, context) => {
  intake.onmessage = async ({ data }) => {
    const { ticket, ...request } = data as ToDecodeForTicket;
    const { outcomes, buffer } = await decode(request);
    context.send("decoded", { ticket, outcomes }, [buffer]);
  };
  return Promise.resolve({
    ready: null,
    handlers: {
      decode: async (request) => {
        const { outcomes, buffer } = await decode(request);
        return new Transferred(outcomes, [buffer]);
      },
    },
    listeners: {},
  });
});

/** What comes of each image, all pixels in one buffer. */
async function decode(
  { images, options }: ToDecode,
): Promise<{ outcomes: Outcome<Uint8Array>[]; buffer: ArrayBuffer }> {
  const decoded = await decodeImages(images, options);
  const { views, buffer } = inOneBuffer(
    decoded.flatMap((outcome) => outcome.ok ? [outcome.value] : []),
  );
  let next = 0;
  const outcomes = decoded.map((outcome) =>
    outcome.ok ? { ...outcome, value: views[next++]! } : outcome
  );
  return { outcomes, buffer };
}
