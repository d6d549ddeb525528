/** Session worker: one interactive run, see `src/training/interactive_run.ts`. @module */
import "../src/tensor/lean_tfjs.ts";
import { createRemoteLogger } from "../src/protocol/remote_logger.ts";
import { serveWorker } from "../src/protocol/serve_worker.ts";
import { SESSION, type SessionProtocol } from "../src/protocol/session_protocol.ts";
import { openBlobs } from "../src/stores/open.ts";
import { createInteractiveRun } from "../src/training/interactive_run.ts";
import { storeModel } from "./model_blobs.ts";
import { startTrainingBackend } from "./start_backend.ts";

serveWorker<SessionProtocol>(SESSION, async (init, context) => {
  const blobs = await openBlobs(init.blobsUrl);
  const log = createRemoteLogger((message) => context.send("log", message));
  const backend = await startTrainingBackend(init.backend, log);
  const run = await createInteractiveRun(init.request, { backend, maxPixels: init.maxPixels });
  return {
    ready: { backend },
    handlers: {
      step: (images) => run.step(images),
      save: async ({ model }) => await storeModel(blobs, model, await run.save()),
    },
    listeners: {},
  };
});
