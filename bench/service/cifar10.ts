/**
 * `deno task bench:service`: the whole service on real images, as issue 3 asks to be shown.
 *
 * Starts the service as a process of its own, imports 10,000 CIFAR-10 images over HTTP, trains
 * resnet8 with SimCLR by REST while following its events, embeds unseen images through the official
 * openai client while another job trains, kills the process with SIGKILL in mid-training, starts it
 * again and sees the job finish. Prints the figures for bench/RESULTS.md.
 *
 * Reads `train.tar` and `validation.tar` in ALIKE_CIFAR10, default ../shared/data/cifar10.
 *
 * @module
 */
import OpenAI from "openai";
import { cardText } from "../../scripts/demo/card.ts";
import { AlikeClient } from "../../client.ts";
import { ProgressBar } from "../../scripts/demo/progress_bar.ts";
import { ServiceProcess } from "../../tests/support/service_process.ts";
import { firstItems } from "./first_items.ts";

const folder = Deno.env.get("ALIKE_CIFAR10") ??
  new URL("../../../shared/data/cifar10", import.meta.url).pathname;
const epochs = Number(Deno.args[0] ?? 10);
const dataDirectory = await Deno.makeTempDir({ prefix: "alike-bench-" });
const port = 18787;
const base = `http://127.0.0.1:${port}`;

const say = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));

/** Starts the service and waits until it can answer. */
async function startProcess(): Promise<ServiceProcess> {
  const start = performance.now();
  const service = new ServiceProcess({
    ALIKE_PORT: String(port),
    ALIKE_DATA_DIR: dataDirectory,
    ALIKE_LOG_LEVEL: "info",
    ALIKE_CHECKPOINT_SECONDS: "5",
  });
  await service.url;
  while (!(await fetch(`${base}/ready`)).ok) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  say(`ready ${Math.round(performance.now() - start)} ms after the start of the process`);
  return service;
}

async function follow(client: AlikeClient, job: string): Promise<void> {
  const bar = new ProgressBar();
  for await (const event of client.events(job)) {
    if (event.type === "progress") bar.show(event.data);
  }
  bar.end();
}

async function timed<T>(label: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await work();
  say(`${label}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return result;
}

let service = await startProcess();
const client = new AlikeClient({ baseUrl: base });
const train = await timed(
  "import 10,000 JPEGs over HTTP",
  () =>
    client.ensureDataset(
      "cifar10",
      () => Promise.resolve(firstItems(`${folder}/train.tar`, 10_000)),
    ),
);
const validation = await timed(
  "import validation.tar",
  () =>
    client.ensureDataset(
      "cifar10-validation",
      async () => (await Deno.open(`${folder}/validation.tar`)).readable,
    ),
);
say(`${train.count} and ${validation.count} items, ${train.skippedCount} skipped`);

const request = {
  type: "train" as const,
  dataset: "cifar10",
  objective: "simclr" as const,
  encoder: "resnet8" as const,
  recipe: "simclr-cifar" as const,
  batchSize: 256,
  evaluate: { dataset: "cifar10-validation", queries: validation.count, bank: 10_000 },
};
const job = await client.submit({ ...request, epochs, name: "cifar10-resnet8" });
await follow(client, job.id);
const trained = await client.job(job.id);
if (trained.model === null) throw new Error(`the job ${trained.state}: ${trained.error?.message}`);
say(cardText(await client.model(trained.model)));

const second = await client.submit({
  ...request,
  steps: 60,
  heads: [{ objective: "rotation" }],
  name: "killed",
  promote: false,
});
// Wait until it trains and has a checkpoint.
for await (const event of client.events(second.id)) {
  if (event.type === "checkpoint") break;
}
const openai = new OpenAI({ baseURL: `${base}/v1`, apiKey: "none" });
const images = await Promise.all([0, 1, 2, 3].map(async (i) => {
  const response = await fetch(`${base}/v1/datasets/cifar10-validation/items/${i}/image`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  return `data:${response.headers.get("content-type")};base64,${bytes.toBase64()}`;
}));
await timed("openai client: 50 requests of 4 unseen images while a job trains", async () => {
  for (let i = 0; i < 50; i++) {
    const answer = await openai.embeddings.create({ model: "default", input: images });
    if (answer.data.length !== 4) throw new Error("embeddings are missing");
  }
});

const before = await client.job(second.id);
say(`kill -9 at step ${before.progress?.step} of 60`);
service.kill("SIGKILL");
await service.ended();
service = await startProcess();
await follow(client, second.id);
const after = await client.job(second.id);
say(`after the restart: ${after.state} at step ${after.progress?.step}, attempt ${after.attempt}`);
const card = await client.model(after.model ?? "");
say(cardText(card));
const start = performance.now();
service.kill("SIGTERM");
const code = await service.ended();
say(`SIGTERM: exit code ${code} after ${Math.round(performance.now() - start)} ms`);
await Deno.remove(dataDirectory, { recursive: true });
