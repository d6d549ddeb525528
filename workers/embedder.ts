/** Embedder worker: computes for requests, see `src/inference/inference_engine.ts`. @module */
import "../src/tensor/lean_tfjs.ts";
import { decodeImages } from "../src/images/decode_images.ts";
import type { Outcome } from "../src/errors.ts";
import { checkWeights } from "../src/inference/check_weights.ts";
import { createInferenceEngine } from "../src/inference/inference_engine.ts";
import { Stages } from "../src/inference/stages.ts";
import { Transferred } from "../src/protocol/channel.ts";
import { DECODER, type DecoderProtocol } from "../src/protocol/decoder_protocol.ts";
import { EMBEDDER, type EmbedderProtocol } from "../src/protocol/embedder_protocol.ts";
import { inOneBuffer } from "../src/protocol/one_buffer.ts";
import { createRemoteLogger } from "../src/protocol/remote_logger.ts";
import { serveWorker } from "../src/protocol/serve_worker.ts";
import { startWorker } from "../src/protocol/start_worker.ts";
import { Tickets } from "../src/protocol/tickets.ts";
import { openBlobs } from "../src/stores/open.ts";
import { memoryUse } from "../src/tensor/memory_use.ts";
import { openTracing } from "../src/tracing.ts";
import { selectBackend } from "../src/tensor/backend.ts";
import { proveBackend } from "./prove_backend.ts";
import { loadModel } from "./model_blobs.ts";
import { nextTurn } from "../src/next_turn.ts";

/** Least time between two reports of the memory, milliseconds. */
const MEMORY_MS = 1000;

serveWorker<EmbedderProtocol>(EMBEDDER, async (init, context) => {
  // It starts while the backend does.
  const intake = new MessageChannel();
  const tickets = new Tickets<Outcome<Uint8Array>[]>();
  const starting = startWorker<DecoderProtocol>({
    url: new URL("./decoder.ts", import.meta.url),
    kind: DECODER,
    init: { intake: intake.port1 },
    transfer: [intake.port1],
    listeners: {
      log: (message) => context.send("log", message),
      decoded: ({ ticket, outcomes }) => tickets.bring(ticket, outcomes),
    },
  });
  const tracing = await openTracing();
  const blobs = await openBlobs(init.blobsUrl);
  const log = createRemoteLogger((message) => context.send("log", message));
  const backend = await selectBackend(init.backend, log);
  const selfTest = await proveBackend();
  // Its start takes longer than ours (Deno 2.9.6 still holds back the first two messages of a
  // worker's worker for half a second each); until then images are decoded here. If it does not
  // start, or dies, this worker is of no use: the main thread starts another. (What nothing catches
  // ends a worker.)
  let decoder: Awaited<typeof starting> | undefined;
  void starting.then((started) => {
    decoder = started;
    context.send("decoder", { intake: intake.port2 }, [intake.port2]);
    return started.died;
  }).then((error) => {
    throw error;
  });
  const engine = createInferenceEngine({
    loadModel: (id) => loadModel(blobs, id),
    maxBytes: init.modelCacheBytes,
    maxPixels: init.maxPixels,
    decode: (images, options) => {
      if (decoder === undefined) return decodeImages(images, options);
      const { views, buffer } = inOneBuffer(images);
      return decoder.call("decode", { images: views, options }, { transfer: [buffer] });
    },
  });

  /** Lets a batch be called off that came in while the last one was computed. */
  const stillWanted = async (signal: AbortSignal) => {
    await nextTurn();
    signal.throwIfAborted();
  };

  let told = -Infinity;
  /** Not for every batch: who asks for metrics does so every few seconds. */
  const tellMemory = () => {
    const now = performance.now();
    if (now - told < MEMORY_MS) return;
    told = now;
    context.send("memory", memoryUse());
  };

  return {
    // A failed self-test is for the main thread to judge.
    ready: { backend, selfTest },
    handlers: {
      embed: async ({ model, images }, signal) => {
        const stages = new Stages(tracing);
        // The turn after decoding, not before: what has come during the last forward pass is heard
        // before the next one begins.
        const source = "ticket" in images
          ? { length: images.length, decoded: tickets.take(images.ticket) }
          : images;
        const value = await engine.embed(model, source, stages, () => stillWanted(signal));
        tellMemory();
        return new Transferred({ value, stages: stages.times }, buffersOf(value));
      },
      predict: async ({ model, pretext, questions }, signal) => {
        await stillWanted(signal);
        const stages = new Stages(tracing);
        const value = await engine.predict(model, pretext, questions, stages);
        tellMemory();
        return { value, stages: stages.times };
      },
      checkWeights: async ({ spec, shapes }, signal) => {
        await stillWanted(signal);
        checkWeights(spec, shapes);
        return null;
      },
      ntXent: async (request, signal) => {
        await stillWanted(signal);
        const stages = new Stages(tracing);
        return { value: await engine.ntXent(request, stages), stages: stages.times };
      },
      previewViews: async (spec, signal) => {
        await stillWanted(signal);
        // It brings sharp along, which an embedder that only embeds has no use for.
        const { previewViews } = await import("../src/inference/preview_views.ts");
        const stages = new Stages(tracing);
        const value = await previewViews(spec, { maxPixels: init.maxPixels, signal, stages });
        return new Transferred({ value, stages: stages.times }, [value.png.buffer]);
      },
    },
    tracing,
    listeners: { forget: ({ model }) => engine.forget(model) },
  };
});

/** The buffers behind the vectors, each once: they may be views of one. */
function buffersOf(outcomes: Outcome<Float32Array<ArrayBuffer>>[]): ArrayBuffer[] {
  return [...new Set(outcomes.flatMap((outcome) => outcome.ok ? [outcome.value.buffer] : []))];
}
