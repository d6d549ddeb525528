/**
 * Our forward pass as serving runs it, one worker a thread: bytes of pixels in, embeddings out.
 * Prints one JSON line.
 *
 * @module
 */
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    threads: { type: "string", default: "1" },
    batch: { type: "string", default: "64" },
    seconds: { type: "string", default: "2" },
    weights: { type: "string" },
    spec: { type: "string" },
  },
});

const workers = Array.from(
  { length: Number(values.threads) },
  () => new Worker(new URL("./ours_worker.ts", import.meta.url), { type: "module" }),
);
const answer = (worker: Worker) =>
  new Promise<number>((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message));
  });
// All are warm before any is timed.
await Promise.all(workers.map((worker) => {
  worker.postMessage(values);
  return answer(worker);
}));
const rates = await Promise.all(workers.map((worker) => {
  worker.postMessage("go");
  return answer(worker);
}));
const imagesPerSecond = rates.reduce((sum, rate) => sum + rate, 0);
Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify({ imagesPerSecond })}\n`));
Deno.exit(0);
