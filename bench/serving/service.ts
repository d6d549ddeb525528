/** The service under load, beside its parts by themselves; its start and its memory. @module */
import { AlikeClient } from "../../client.ts";
import { ServiceProcess } from "../../tests/support/service_process.ts";
import { withTempDir } from "../../tests/support/temp_dir.ts";
import { CLIENTS, load, type LoadReport } from "./clients.ts";
import type { ModelFiles } from "./forward.ts";
import { measure, median, say, script } from "./measure.ts";
import { pngImages } from "./png_images.ts";
import { embeddingRequests, TOGETHER } from "./requests.ts";
import { trainBriefly } from "./train_briefly.ts";

const SECONDS = 5;
const PATH = "/v1/embeddings";

/** Prints throughput, latencies, start and memory. */
export async function benchService(files: ModelFiles, rounds: number): Promise<void> {
  await withTempDir(async (dataDirectory) => {
    const settings = {
      ALIKE_PORT: "0",
      ALIKE_DATA_DIR: dataDirectory,
      ALIKE_LOG_LEVEL: "info",
      ALIKE_BACKEND: "wasm",
    };
    await trainBriefly(settings);
    const images = await pngImages(256);
    const { json, raw, many } = embeddingRequests(images);

    const start = performance.now();
    await using service = new ServiceProcess(settings);
    const base = await service.url;
    const port = Number(new URL(base).port);
    const first = await fetch(base + PATH, {
      method: "POST",
      headers: { "content-type": "image/png" },
      body: images[0]!,
    });
    if (!first.ok) throw new Error(`the first answer was ${await first.text()}`);
    await first.body?.cancel();
    say(`process start to first embedding: ${Math.round(performance.now() - start)} ms`);
    const memory = async () => residentMegabytes(await (await fetch(`${base}/metrics`)).text());
    say(`resident memory after it: ${await memory()} MiB`);

    await load(port, json, SECONDS);
    await besideItsParts(port, { json, raw, many }, files, rounds);
    say(`resident memory under load: ${await memory()} MiB`);
    await whileTraining(base, port, json, rounds);
  });
}

async function besideItsParts(
  port: number,
  requests: { json: Uint8Array[]; raw: Uint8Array[]; many: Uint8Array[] },
  { weights, spec }: ModelFiles,
  rounds: number,
): Promise<void> {
  const seen = {
    decode: [] as number[],
    forward: [] as number[],
    json: [] as number[],
    raw: [] as number[],
    many: [] as number[],
  };
  for (let round = 0; round < rounds; round++) {
    // One thread each, as the service has them, with both cores to be on.
    seen.decode.push(await measure(2, script("decode.ts"), []));
    seen.forward.push(
      await measure(2, script("ours.ts"), ["--weights", weights, "--spec", spec]),
    );
    seen.json.push((await load(port, requests.json, SECONDS)).perSecond);
    seen.raw.push((await load(port, requests.raw, SECONDS)).perSecond);
    seen.many.push(TOGETHER * (await load(port, requests.many, SECONDS)).perSecond);
  }
  const slower = Math.min(median(seen.decode), median(seen.forward));
  say(
    `by themselves, one thread each: decode ${median(seen.decode).toFixed(0)} images/s, ` +
      `forward ${median(seen.forward).toFixed(0)}`,
  );
  const kinds = [
    ["data URIs", seen.json],
    ["raw bodies", seen.raw],
    [`${TOGETHER} data URIs a request`, seen.many],
  ] as const;
  for (const [name, all] of kinds) {
    say(
      `${CLIENTS} clients, ${name}: ${median(all).toFixed(0)} embeddings/s, ` +
        `${(median(all) / slower).toFixed(2)} of the slower of the two`,
    );
  }
}

async function whileTraining(
  base: string,
  port: number,
  requests: Uint8Array[],
  rounds: number,
): Promise<void> {
  const several = async () => {
    const reports: LoadReport[] = [];
    for (let i = 0; i < rounds; i++) reports.push(await load(port, requests, SECONDS));
    const of = (key: keyof LoadReport) => median(reports.map((report) => report[key]));
    return { perSecond: of("perSecond"), p50: of("p50"), p99: of("p99"), cpu: of("cpu") };
  };
  const text = ({ perSecond, p50, p99, cpu }: LoadReport) =>
    `${perSecond.toFixed(0)} embeddings/s, p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms ` +
    `(the clients themselves took ${cpu.toFixed(0)} µs of CPU a request)`;
  const idle = await several();
  say(`idle: ${text(idle)}`);
  const client = new AlikeClient({ baseUrl: base });
  const { id } = await client.submit({
    type: "train",
    dataset: "train",
    encoder: "resnet8",
    steps: 10_000,
    evaluate: false,
  });
  for await (const event of client.events(id)) {
    if (event.type === "progress" && event.data.step > 2) break;
  }
  const busy = await several();
  say(`while a job trains on all cores: ${text(busy)}, ${(busy.p99 / idle.p99).toFixed(1)} × idle`);
}

function residentMegabytes(metrics: string): number {
  const bytes = /^process_resident_memory_bytes\S* (\S+)$/m.exec(metrics)?.[1];
  return Math.round(Number(bytes) / 2 ** 20);
}
