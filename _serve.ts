// Starts the service with a small model; loads it; prints CPU per thread and memory.
import { DemoClient } from "./scripts/demo/client.ts";
import { ServiceProcess } from "./tests/support/service_process.ts";
import { firstItems } from "./bench/service/first_items.ts";
const dir = "/tmp/w/s/data";
const folder = "/work/shared/data/cifar10";
const settings = {
  ALIKE_PORT: "0",
  ALIKE_DATA_DIR: dir,
  ALIKE_LOG_LEVEL: "info",
  ...Object.fromEntries(Deno.args.map((a) => a.split("="))),
};
try {
  Deno.statSync(dir);
} catch {
  await using service = new ServiceProcess(settings);
  const client = new DemoClient(await service.url);
  await client.dataset("train", () => Promise.resolve(firstItems(`${folder}/train.tar`, 2000)));
  const { id } = await client.submit({ type: "train", dataset: "train", steps: 4 });
  for await (const _ of client.events(id));
  service.kill("SIGTERM");
  await service.ended();
}
await using service = new ServiceProcess(settings);
const base = await service.url;
console.log(base);
await Deno.stdin.read(new Uint8Array(1));
