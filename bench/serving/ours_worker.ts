/** One thread of `ours.ts`. @module */
import * as tf from "@tensorflow/tfjs";
import { toInput } from "../../src/data/to_input.ts";
import { ModelCache } from "../../src/inference/model_cache.ts";
import { ModelSpec } from "../../src/schemas/model.ts";
import { selectBackend } from "../../src/tensor/backend.ts";

// Deno's types know only the main thread's global scope.
const scope = globalThis as unknown as Worker;
const next = () => new Promise<unknown>((resolve) => scope.onmessage = (e) => resolve(e.data));

const options = await next() as { weights: string; spec: string; batch: string; seconds: string };
await selectBackend("wasm");
const spec = ModelSpec.parse(JSON.parse(await Deno.readTextFile(options.spec)));
const weights = await Deno.readFile(options.weights);
const cache = new ModelCache(() => Promise.resolve({ spec, weights }), 1e9);
const { encoder } = await cache.get("model");
const { size, channels } = spec.preprocessing;
const count = Number(options.batch);
const pixels = Uint8Array.from(
  { length: count * size * size * channels },
  (_, i) => (i * 2654435761) >>> 24,
);

async function batch(): Promise<void> {
  const input = toInput({ pixels, count, height: size, width: size, channels }, spec.preprocessing);
  const h = tf.tidy(() => encoder.apply(input).pooled);
  await h.data();
  h.dispose();
  input.dispose();
}

for (let i = 0; i < 5; i++) await batch();
scope.postMessage(0);
await next();
const start = performance.now();
const end = start + 1000 * Number(options.seconds);
let images = 0;
while (performance.now() < end) {
  await batch();
  images += count;
}
scope.postMessage(1000 * images / (performance.now() - start));
