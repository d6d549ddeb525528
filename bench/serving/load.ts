/**
 * `deno task bench:embed`: embeddings a second over HTTP and how long they take, idle and while a job
 * trains; start-up and memory. 64 clients on the same machine, one 32×32 image a request.
 *
 * Reads ALIKE_CIFAR10, default ../shared/data/cifar10.
 *
 * @module
 */
import { DemoClient } from "../../scripts/demo/client.ts";
import { ServiceProcess } from "../../tests/support/service_process.ts";
import { withTempDir } from "../../tests/support/temp_dir.ts";
import { firstItems } from "../service/first_items.ts";

const folder = Deno.env.get("ALIKE_CIFAR10") ?? "../shared/data/cifar10";
const CLIENTS = 64;
const SECONDS = 8;
const say = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));

/** Requests from all clients at once for some seconds. @returns Each one's milliseconds. */
async function load(request: (i: number) => [string, RequestInit]): Promise<number[]> {
  const times: number[] = [];
  const end = performance.now() + 1000 * SECONDS;
  await Promise.all(Array.from({ length: CLIENTS }, async (_, client) => {
    for (let i = client; performance.now() < end; i += CLIENTS) {
      const start = performance.now();
      const response = await fetch(...request(i));
      await response.arrayBuffer();
      if (response.ok) times.push(performance.now() - start);
      else if (response.status !== 429) throw new Error(`status ${response.status}`);
    }
  }));
  return times.sort((a, b) => a - b);
}

function report(label: string, times: number[]): void {
  const at = (share: number) => times[Math.floor(share * (times.length - 1))]!.toFixed(0);
  say(
    `${label}: ${Math.round(times.length / SECONDS)} embeddings/s, ` +
      `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`,
  );
}

function residentMegabytes(metrics: string): number {
  const bytes = /^process_resident_memory_bytes\S* (\S+)$/m.exec(metrics)?.[1];
  return Math.round(Number(bytes) / 2 ** 20);
}

await withTempDir(async (dataDirectory) => {
  const settings = { ALIKE_PORT: "0", ALIKE_DATA_DIR: dataDirectory, ALIKE_LOG_LEVEL: "info" };
  {
    await using service = new ServiceProcess(settings);
    const client = new DemoClient(await service.url);
    await client.dataset("train", () => Promise.resolve(firstItems(`${folder}/train.tar`, 2000)));
    const { id } = await client.submit({ type: "train", dataset: "train", steps: 4 });
    for await (const _ of client.events(id));
    service.kill("SIGTERM");
    await service.ended();
  }
  const start = performance.now();
  await using service = new ServiceProcess(settings);
  const base = await service.url;
  const image = async (i: number) =>
    new Uint8Array(
      await (await fetch(`${base}/v1/datasets/train/items/${i}/image`)).arrayBuffer(),
    );
  const first = await image(0);
  const embeddings = `${base}/v1/embeddings`;
  const raw = (bytes: Uint8Array<ArrayBuffer>): [string, RequestInit] => [embeddings, {
    method: "POST",
    headers: { "content-type": "image/jpeg" },
    body: bytes,
  }];
  while (
    !(await fetch(...raw(first)).then((response) => {
      void response.body?.cancel();
      return response.ok;
    }))
  ) await new Promise((resolve) => setTimeout(resolve, 10));
  say(`process start to first embedding: ${Math.round(performance.now() - start)} ms`);
  const memory = async () => residentMegabytes(await (await fetch(`${base}/metrics`)).text());
  say(`resident memory after it: ${await memory()} MiB`);

  const images = await Promise.all(Array.from({ length: 256 }, (_, i) => image(i)));
  const json = images.map((bytes) =>
    JSON.stringify({ input: `data:image/jpeg;base64,${bytes.toBase64()}` })
  );
  const asJson = (i: number): [string, RequestInit] => [embeddings, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: json[i % json.length]!,
  }];
  const asBytes = (i: number) => raw(images[i % images.length]!);
  await load(asJson);
  report("data URIs, idle", await load(asJson));
  report("raw bodies, idle", await load(asBytes));
  say(`resident memory: ${await memory()} MiB`);
  const client = new DemoClient(base);
  const { id } = await client.submit({
    type: "train",
    dataset: "train",
    steps: 10_000,
    evaluate: false,
  });
  for await (const event of client.events(id)) {
    if (event.type === "progress" && event.data.step > 2) break;
  }
  report("data URIs, while a job trains on all cores", await load(asJson));
});
