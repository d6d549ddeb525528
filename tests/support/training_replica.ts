/** A replica that trains in a worker; see tests/learning/replicas_test.ts. @module */
import { packImages } from "../../src/data/pack_images.ts";
import { joinMeeting, type SharedMeeting } from "../../src/parallel/shared_memory.ts";
import type { TrainSpec } from "../../src/schemas/train.ts";
import { selectBackend } from "../../src/tensor/backend.ts";
import { Run } from "../../src/training/run.ts";
import { readMetrics } from "../../src/training/train_step.ts";
import { syntheticSource } from "./synthetic_images.ts";

/** So small a batch makes ten times of a rounding error in a few steps at a higher rate. */
const LEARNING_RATE = Math.fround(5e-4);

/** What the worker is told. */
export interface ReplicaTask {
  spec: TrainSpec;
  steps: number;
  meeting: SharedMeeting;
  rank: number;
  items: number;
}

declare const self: {
  onmessage: (event: MessageEvent<ReplicaTask>) => void;
  postMessage(message: unknown): void;
};

self.onmessage = async ({ data: { spec, steps, meeting, rank, items } }) => {
  await selectBackend("wasm");
  const { size, channels } = spec.preprocessing;
  const images = await packImages(syntheticSource(items, size, channels), {
    size,
    channels,
    maxPixels: 1e6,
  });
  const run = new Run({ spec, images, collective: joinMeeting(meeting, rank), digest: "test" });
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    losses.push((await readMetrics(run.step(LEARNING_RATE, false, false, step / steps))).loss!);
  }
  const weights = [...(await run.network.weights()).values()].map(({ data }) => data);
  run.dispose();
  self.postMessage({ losses, weights });
};
