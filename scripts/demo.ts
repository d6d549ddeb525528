/**
 * `deno task demo`: the whole main job on real images, through the same HTTP API that users have.
 *
 * Starts the service, imports MNIST (or `--images DIR`), trains SimCLR in a background worker,
 * prints the model's card, and stays up with three commands to try.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { startService, stopOnSignals } from "../main.ts";
import { readConfig } from "../src/config.ts";
import { createLogger } from "../src/log.ts";
import { cardText } from "./demo/card.ts";
import { AlikeClient, type TrainInput } from "../client.ts";
import { folderTar } from "./demo/folder.ts";
import { mnistTest, mnistTraining } from "./demo/mnist.ts";
import { ProgressBar } from "./demo/progress_bar.ts";
import { tryCommands } from "./demo/try_commands.ts";

const say = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));

/**
 * Digits: small grey images, so the smallest encoder. Rotation is an extra head, for something
 * more to ask the model than its embeddings.
 */
const DIGITS: Partial<TrainInput> = {
  objective: { name: "simclr", temperature: 0.15 },
  heads: [{ objective: { name: "rotation", rotations: 1 }, weight: 0.3 }],
  encoder: { name: "small_conv", width: 16 },
  recipe: "simclr-gray",
  imageSize: 20,
  batchSize: 128,
  minutes: 2,
};

/** A person's own images: colour, any subject, no longer than a coffee. */
const FOLDER: Partial<TrainInput> = {
  objective: "simclr",
  heads: [{ objective: { name: "rotation", rotations: 1 }, weight: 0.3 }],
  encoder: { name: "resnet8", width: 16 },
  minutes: 2,
};

/** Imports what there is to train on. @returns The body of the job. */
async function prepare(client: AlikeClient, folder: string | undefined): Promise<TrainInput> {
  if (folder !== undefined) {
    say(`Importing ${folder} …`);
    const name = `folder-${folder.replaceAll(/[^A-Za-z0-9]+/g, "-").slice(-60)}`;
    const data = await client.ensureDataset(name, () => Promise.resolve(folderTar(folder)));
    const classes = Object.keys(data.classes).length;
    say(`${data.count} images, ${classes} labels, ${data.skippedCount} skipped`);
    for (const { name, reason } of data.skipped.slice(0, 5)) say(`  skipped ${name}: ${reason}`);
    const batchSize = Math.min(256, 2 ** Math.floor(Math.log2(Math.max(2, 0.8 * data.count))));
    return { ...FOLDER, type: "train", dataset: data.id, name: "demo", batchSize };
  }
  say("Importing MNIST: 60,000 images to train on, 10,000 to be judged by …");
  const data = await client.ensureDataset("mnist", mnistTraining);
  const test = await client.ensureDataset("mnist-test", mnistTest);
  say(`${data.count} + ${test.count} images imported`);
  return {
    ...DIGITS,
    type: "train",
    dataset: data.id,
    name: "demo",
    evaluate: { dataset: test.id, queries: 2000, bank: 10_000 },
  };
}

const { values } = parseArgs({
  args: Deno.args,
  options: { images: { type: "string" }, exit: { type: "boolean", default: false } },
});
const config = readConfig({ ALIKE_LOG_LEVEL: "warn", ...Deno.env.toObject() });
const log = createLogger({ level: config.logLevel, format: config.logFormat });
const service = await startService(config, log);
stopOnSignals(service, config, log);
say(`Alike is up at ${service.url} (API at ${service.url}/docs)`);

try {
  const client = new AlikeClient({ baseUrl: service.url });
  const job = await client.submit(await prepare(client, values.images));
  say(`Training ${job.spec.encoder.name} with ${job.spec.objectives[0]!.spec.name} …`);
  const bar = new ProgressBar();
  for await (const event of client.events(job.id)) {
    if (event.type === "progress") bar.show(event.data);
  }
  bar.end();
  const { state, model, error } = await client.job(job.id);
  if (model === null) throw new Error(`the job ${state}: ${error?.message ?? "no reason given"}`);
  say(`\n${cardText(await client.model(model))}\n`);
  say("Try it:\n");
  for (const command of await tryCommands(service.url, job.spec.dataset)) say(`${command}\n`);
} catch (error) {
  say(`The demo failed: ${error instanceof Error ? error.message : error}`);
  await service.stop();
  Deno.exit(1);
}
if (values.exit) {
  await service.stop();
  Deno.exit(0);
}
say("The service stays up until Ctrl-C.");
