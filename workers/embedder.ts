/** Embedder worker: computes for requests, see `src/inference/inference_engine.ts`. @module */
import { createInferenceEngine } from "../src/inference/inference_engine.ts";
import { previewViews } from "../src/inference/preview_views.ts";
import { Transferred } from "../src/protocol/channel.ts";
import {
  EMBEDDER,
  type EmbedderProtocol,
  type Outcome,
} from "../src/protocol/embedder_protocol.ts";
import { createRemoteLogger } from "../src/protocol/remote_logger.ts";
import { serveWorker } from "../src/protocol/serve_worker.ts";
import { openBlobs } from "../src/stores/open.ts";
import { selectBackend } from "../src/tensor/backend.ts";
import { proveBackend } from "./prove_backend.ts";
import { loadModel } from "./model_blobs.ts";
import { nextTurn } from "../src/next_turn.ts";

serveWorker<EmbedderProtocol>(EMBEDDER, async (init, context) => {
  const blobs = await openBlobs(init.blobsUrl);
  const log = createRemoteLogger((message) => context.send("log", message));
  const backend = await selectBackend(init.backend, log);
  const selfTest = await proveBackend();
  const engine = createInferenceEngine({
    loadModel: (id) => loadModel(blobs, id),
    maxBytes: init.modelCacheBytes,
    maxPixels: init.maxPixels,
  });

  /** Lets a batch be called off that came in while the last one was computed. */
  const stillWanted = async (signal: AbortSignal) => {
    await nextTurn();
    signal.throwIfAborted();
  };

  return {
    // A failed self-test is for the main thread to judge.
    ready: { backend, selfTest },
    handlers: {
      embed: async ({ model, images }, signal) => {
        await stillWanted(signal);
        const outcomes = await engine.embed(model, images);
        return new Transferred(outcomes, buffersOf(outcomes));
      },
      predict: async ({ model, pretext, questions }, signal) => {
        await stillWanted(signal);
        return await engine.predict(model, pretext, questions);
      },
      ntXent: async (request, signal) => {
        await stillWanted(signal);
        return await engine.ntXent(request);
      },
      previewViews: async (spec, signal) => {
        await stillWanted(signal);
        const png = await previewViews(spec, { maxPixels: init.maxPixels, signal });
        return new Transferred(png, [png.buffer]);
      },
    },
    listeners: { forget: ({ model }) => engine.forget(model) },
  };
});

/** The buffers behind the vectors, each once: they may be views of one. */
function buffersOf(outcomes: Outcome<Float32Array<ArrayBuffer>>[]): ArrayBuffer[] {
  return [...new Set(outcomes.flatMap((outcome) => outcome.ok ? [outcome.value.buffer] : []))];
}
