import * as tf from "@tensorflow/tfjs";
import { selectBackend } from "./src/tensor/backend.ts";
import { randomModel } from "./tests/support/random_model.ts";
import { ModelCache } from "./src/inference/model_cache.ts";
import { toInput } from "./src/data/to_input.ts";
await selectBackend("wasm");
const { model, weights } = await randomModel({ name: "resnet8", width: 16 }, {
  size: 32,
  channels: 3,
});
const cache = new ModelCache(() => Promise.resolve({ spec: model.spec, weights }), 1e9);
const { encoder } = await cache.get("m");
for (const n of [1, 8, 16, 32, 64, 128]) {
  const pixels = new Uint8Array(n * 3072).map((_, i) => (i * 2654435761) >>> 24);
  let best = Infinity, prep = Infinity;
  for (let r = 0; r < 30; r++) {
    const t = performance.now();
    const x = toInput(
      { pixels, count: n, height: 32, width: 32, channels: 3 },
      model.spec.preprocessing,
    );
    const p = performance.now();
    const h = tf.tidy(() => encoder.apply(x).pooled);
    await h.data();
    h.dispose();
    x.dispose();
    best = Math.min(best, performance.now() - t);
    prep = Math.min(prep, p - t);
  }
  console.log(
    n,
    (best / n * 1000).toFixed(0),
    "us/image, of which toInput",
    (prep / n * 1000).toFixed(0),
  );
}
