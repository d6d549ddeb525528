/**
 * `deno task bench:objective NAME [MINUTES]`: what one objective learns from 10,000 CIFAR-10 images,
 * through the service: its head's own accuracy and the encoder's kNN on validation.tar.
 *
 * Reads ALIKE_CIFAR10, default ../shared/data/cifar10.
 *
 * @module
 */
import { cardText } from "../../scripts/demo/card.ts";
import { DemoClient } from "../../scripts/demo/client.ts";
import { ProgressBar } from "../../scripts/demo/progress_bar.ts";
import { ServiceProcess } from "../../tests/support/service_process.ts";
import { withTempDir } from "../../tests/support/temp_dir.ts";
import { firstItems } from "./first_items.ts";

const folder = Deno.env.get("ALIKE_CIFAR10") ?? "../shared/data/cifar10";
const [objective = "rotation", minutes = "3"] = Deno.args;

await withTempDir(async (dataDirectory) => {
  await using service = new ServiceProcess({ ALIKE_PORT: "0", ALIKE_DATA_DIR: dataDirectory });
  const client = new DemoClient(await service.url);
  await client.dataset("train", () => Promise.resolve(firstItems(`${folder}/train.tar`, 10_000)));
  await client.dataset(
    "validation",
    async () => (await Deno.open(`${folder}/validation.tar`)).readable,
  );
  const { id } = await client.submit({
    type: "train",
    dataset: "train",
    name: objective,
    objective: JSON.parse(Deno.args[2] ?? JSON.stringify(objective)),
    encoder: "resnet8",
    batchSize: 128,
    minutes: Number(minutes),
    evaluate: { dataset: "validation", queries: 5003, bank: 10_000 },
  });
  const bar = new ProgressBar();
  for await (const event of client.events(id)) {
    if (event.type === "progress") bar.show(event.data);
  }
  bar.end();
  const { model, error } = await client.job(id);
  const text = model === null ? `failed: ${error?.message}` : cardText(await client.model(model));
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
});
