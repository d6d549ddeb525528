/** onnxruntime's forward pass over a model that we exported. Prints one JSON line. @module */
import * as ort from "onnxruntime-node";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    threads: { type: "string", default: "1" },
    batch: { type: "string", default: "64" },
    seconds: { type: "string", default: "2" },
    model: { type: "string" },
  },
});

const count = Number(values.batch);
const session = await ort.InferenceSession.create(values.model!, {
  intraOpNumThreads: Number(values.threads),
  interOpNumThreads: 1,
  graphOptimizationLevel: "all",
});
const pixels = Uint8Array.from({ length: count * 32 * 32 * 3 }, (_, i) => (i * 2654435761) >>> 24);
const batch = () => session.run({ images: new ort.Tensor("uint8", pixels, [count, 32, 32, 3]) });

for (let i = 0; i < 5; i++) await batch();
const start = performance.now();
const end = start + 1000 * Number(values.seconds);
let images = 0;
while (performance.now() < end) {
  await batch();
  images += count;
}
const imagesPerSecond = 1000 * images / (performance.now() - start);
Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify({ imagesPerSecond })}\n`));
Deno.exit(0);
