/**
 * A session worker without a network. The first byte of a step's first image says what happens:
 * `x` an uncaught error, `b` a fault of that image, `w` waits for ever. A seed of 13 does not start.
 *
 * @module
 */
import { InvalidError, UnavailableError } from "../../src/errors.ts";
import { serveWorker } from "../../src/protocol/serve_worker.ts";
import { SESSION, type SessionProtocol } from "../../src/protocol/session_protocol.ts";
import { openBlobs } from "../../src/stores/open.ts";
import { fakeCard, fakeModelSpec } from "./models.ts";

serveWorker<SessionProtocol>(SESSION, async ({ blobsUrl, request }) => {
  if (request.seed === 13) throw new UnavailableError("Cannot start a session: no luck");
  const blobs = await openBlobs(blobsUrl);
  let step = 0;
  return {
    ready: { backend: { name: "wasm", reason: "a test", adapter: "none" } },
    handlers: {
      step: async (input) => {
        const images = "images" in input ? input.images : input.views.flat();
        switch (String.fromCharCode(images[0]![0]!)) {
          case "x":
            void Promise.reject(new Error("the driver is gone"));
            await new Promise(() => {});
            break;
          case "w":
            await new Promise(() => {});
            break;
          case "b":
            throw new InvalidError("Cannot step: images[0] must be an image", {
              errors: [{ path: "images[0]", rule: "must be an image", value: "b" }],
            });
        }
        const loss = images.reduce((sum, image) => sum + image.length, 0);
        return { step: ++step, loss, contrastiveAccuracy: 0, gradientNorm: 0, learningRate: 0 };
      },
      save: async ({ model }) => {
        const weights = new TextEncoder().encode(`weights of ${step} steps`);
        const bytes = await blobs.put(`models/${model}/weights.safetensors`, weights);
        const card = { ...fakeCard(), steps: step };
        return { id: model, spec: fakeModelSpec(), card, digest: "0".repeat(64), bytes };
      },
    },
    listeners: {},
  };
});
