/**
 * Where the CPU time of an embedding goes, by thread: folders of this repository's code as services
 * side by side, under the clients' load in turn.
 *
 *     deno run -A bench/serving/cpu.ts <json|raw|many> <rounds> <folder>...
 *
 * CPU time compares on a machine that is busy with other things, where embeddings a second do not;
 * medians and minima of the rounds are printed. Needs `wrk`, and the images of `ALIKE_CIFAR10`.
 *
 * @module
 */
import { startFlags } from "../../tests/support/start_flags.ts";
import { withTempDir } from "../../tests/support/temp_dir.ts";
import { load } from "./clients.ts";
import { median, say } from "./measure.ts";
import { pngImages } from "./png_images.ts";
import { embeddingRequests, TOGETHER } from "./requests.ts";
import { trainBriefly } from "./train_briefly.ts";
import { threadTimes } from "./threads.ts";

/** Seconds of load at a time. */
const SECONDS = 2;
/** Embeddings before anything is measured: functions are optimised by then. */
const WARM_UP = 6000;

const [kind, rounds, ...folders] = Deno.args;
if (kind !== "json" && kind !== "raw" && kind !== "many") throw new Error("json, raw or many");

/** Images of a request. */
const each = kind === "many" ? TOGETHER : 1;

/** A service that runs. */
interface Running {
  folder: string;
  child: Deno.ChildProcess;
  port: number;
  /** µs an embedding, of each round, by thread. */
  seen: Record<string, number[]>;
}

/** As `deno task start` of that folder does, but for the permissions. */
async function start(folder: string, dataDirectory: string): Promise<Running> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--node-modules-dir=manual",
      ...startFlags(folder),
      "-A",
      "--no-prompt",
      `${folder}/main.ts`,
    ],
    env: {
      XDG_RUNTIME_DIR: "/tmp",
      ALIKE_PORT: "0",
      ALIKE_DATA_DIR: dataDirectory,
      ALIKE_BACKEND: "wasm",
      ALIKE_LOG_FORMAT: "json",
    },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const port = Promise.withResolvers<number>();
  (async () => {
    let log = "";
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
      if (log.length < 10_000) log += text;
      const found = /"listening","url":"[^"]+:(\d+)"/.exec(log)?.[1];
      if (found !== undefined) port.resolve(Number(found));
    }
    port.reject(new Error(log));
  })();
  return { folder, child, port: await port.promise, seen: {} };
}

/** What a thread is, by its name: Deno numbers workers in the order of their start. */
function role(thread: string): string {
  if (thread.startsWith("main ")) return "main thread";
  if (thread.startsWith("worker-1 ")) return "embedder";
  if (thread.startsWith("worker-2 ")) return "decoder";
  return thread.startsWith("V8 ") ? "V8's threads" : "others";
}

async function round({ child, port, seen }: Running, requests: Uint8Array[]): Promise<void> {
  const before = await threadTimes(child.pid);
  const { perSecond, cpu } = await load(port, requests, SECONDS);
  const after = await threadTimes(child.pid);
  const embeddings = perSecond * SECONDS * each;
  const sums: Record<string, number> = { "all together": 0, "clients": cpu / each };
  for (const [thread, nanoseconds] of after) {
    const spent = (nanoseconds - (before.get(thread) ?? 0)) / 1000 / embeddings;
    sums[role(thread)] = (sums[role(thread)] ?? 0) + spent;
  }
  for (const spent of Object.values(sums)) sums["all together"]! += spent;
  sums["embeddings/s"] = perSecond * each;
  for (const [name, value] of Object.entries(sums)) (seen[name] ??= []).push(value);
}

await withTempDir(async (temporary) => {
  await trainBriefly({ ALIKE_PORT: "0", ALIKE_DATA_DIR: `${temporary}/model` });
  const requests = embeddingRequests(await pngImages(256))[kind];
  const running: Running[] = [];
  try {
    for (const [i, folder] of folders.entries()) {
      const data = `${temporary}/${i}`;
      await new Deno.Command("cp", { args: ["-r", `${temporary}/model`, data] }).output();
      running.push(await start(folder, data));
    }
    for (const { port } of running) {
      for (let done = 0; done < WARM_UP;) {
        done += SECONDS * each * (await load(port, requests, SECONDS)).perSecond;
      }
    }
    for (let i = 0; i < Number(rounds); i++) {
      for (const service of running) await round(service, requests);
    }
    for (const { folder, child, seen } of running) {
      const status = await Deno.readTextFile(`/proc/${child.pid}/status`);
      const resident = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
      say(`${folder}: ${resident.toFixed(0)} MiB resident; µs an embedding, median (least)`);
      for (const [name, values] of Object.entries(seen)) {
        say(`  ${name}: ${median(values).toFixed(0)} (${Math.min(...values).toFixed(0)})`);
      }
    }
  } finally {
    for (const { child } of running) {
      child.kill("SIGKILL");
      await child.status;
    }
  }
});
Deno.exit(0);
