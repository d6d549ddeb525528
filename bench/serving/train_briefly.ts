/** A model to serve, and images to train with. @module */
import { AlikeClient } from "../../client.ts";
import { ServiceProcess } from "../../tests/support/service_process.ts";
import { firstItems } from "../service/first_items.ts";
import { CIFAR10 } from "./png_images.ts";

/** Trains a resnet8 of width 16 for a few steps, in a service of its own with these settings. */
export async function trainBriefly(settings: Record<string, string>): Promise<void> {
  await using service = new ServiceProcess(settings);
  const client = new AlikeClient({ baseUrl: await service.url });
  await client.ensureDataset(
    "train",
    () => Promise.resolve(firstItems(`${CIFAR10}/train.tar`, 2000)),
  );
  const { id } = await client.submit({
    type: "train",
    dataset: "train",
    encoder: "resnet8",
    steps: 4,
    evaluate: false,
  });
  for await (const _ of client.events(id));
  service.kill("SIGTERM");
  await service.ended();
}
