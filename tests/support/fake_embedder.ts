/**
 * An embedder worker without a network: the text of an "image" says what happens to it. Query of
 * its URL: `unfit` fails the self-test, `broken` does not start, `decoder` has a decoder: images
 * come by the intake, and "pixels" are their bytes in capitals.
 *
 * @module
 */
import {
  InvalidError,
  NotFoundError,
  type Outcome,
  toErrorRecord,
  UnavailableError,
} from "../../src/errors.ts";
import type { ToDecodeForTicket } from "../../src/protocol/decoder_protocol.ts";
import { EMBEDDER, type EmbedderProtocol } from "../../src/protocol/embedder_protocol.ts";
import { createRemoteLogger } from "../../src/protocol/remote_logger.ts";
import { serveWorker } from "../../src/protocol/serve_worker.ts";
import { Tickets } from "../../src/protocol/tickets.ts";
import type { RotationAnswer } from "../../src/schemas/pretexts.ts";

const tickets = new Tickets<Uint8Array[]>();
const capitals = (image: Uint8Array) =>
  new TextEncoder().encode(new TextDecoder().decode(image).toUpperCase());
const mode = new URL(import.meta.url).search;
const forgotten: string[] = [];
let calls = 0;

/** [number of the call, images in it, the image's first byte, its length]. */
function embed(image: Uint8Array, batch: number): Outcome<Float32Array> {
  const text = new TextDecoder().decode(image);
  switch (text) {
    case "bad":
      return {
        ok: false,
        error: toErrorRecord(
          new InvalidError("Cannot decode: no image", {
            errors: [{ path: "", rule: "must be an image", value: text }],
          }),
        ),
      };
    case "unlucky":
      return { ok: false, error: toErrorRecord(new UnavailableError("Cannot decode: no luck")) };
    case "short":
      return { ok: true, value: Float32Array.of(1) };
    case "crash":
      throw new Error("unreachable");
    default:
      return { ok: true, value: Float32Array.of(calls, batch, image[0]!, image.length) };
  }
}

async function misbehave(images: Uint8Array[]): Promise<void> {
  const texts = images.map((image) => new TextDecoder().decode(image));
  if (texts.includes("crash")) {
    void Promise.reject(new Error("the image did it"));
    await new Promise(() => {});
  }
  if (texts.includes("hang")) { for (;;); }
}

serveWorker<EmbedderProtocol>(EMBEDDER, (_init, context) => {
  if (mode === "?broken") throw new UnavailableError("Cannot start: no backend");
  createRemoteLogger((message) => context.send("log", message)).debug("started");
  if (mode === "?decoder") {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => {
      const { ticket, images } = data as ToDecodeForTicket;
      tickets.bring(ticket, images.map(capitals));
    };
    context.send("decoder", { intake: port2 }, [port2]);
  }
  return Promise.resolve({
    ready: {
      backend: { name: "wasm", reason: "a test", adapter: "none" },
      selfTest: [
        { kernel: "MatMul", ok: true, error: 0, message: null },
        mode === "?unfit"
          ? { kernel: "Conv2D", ok: false, error: 1, message: "answers zeros" }
          : { kernel: "Conv2D", ok: true, error: 1e-7, message: null },
      ],
    },
    handlers: {
      embed: async ({ model, images: given }) => {
        if (forgotten.includes(model)) throw new NotFoundError(`Cannot find the model, ${model}`);
        const images = "ticket" in given ? await tickets.take(given.ticket) : given;
        await misbehave(images);
        calls++;
        const value = images.map((image) => embed(image, images.length));
        return { value, stages: { decode: 1, forward: 2 } };
      },
      predict: async ({ questions }) => {
        const images = questions.map((question) => (question as { image: Uint8Array }).image);
        await misbehave(images);
        const value = images.map((image): Outcome<RotationAnswer> =>
          new TextDecoder().decode(image) === "bad"
            ? { ok: false, error: toErrorRecord(new InvalidError("Cannot decode: no image")) }
            : { ok: true, value: { degrees: 90, probabilities: [0.1, 0.7, 0.1, 0.1] } }
        );
        return { value, stages: {} };
      },
      ntXent: ({ embeddings, temperature }) => ({
        value: { loss: temperature, perPair: embeddings.map((row) => row.length) },
        stages: {},
      }),
      previewViews: ({ images }) => ({
        value: { png: images[0]!.slice(), width: 1, height: 1, rows: [] },
        stages: {},
      }),
      checkWeights: () => null,
    },
    listeners: { forget: ({ model }) => void forgotten.push(model) },
  });
});
