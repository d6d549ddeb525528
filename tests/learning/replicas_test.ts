/** Replicas compute what one alone would. @module */
import { assertEquals, assertLess } from "@std/assert";
import { createMeeting } from "../../src/parallel/shared_memory.ts";
import { trainSpec } from "../support/train_spec.ts";
import type { ReplicaTask } from "../support/training_replica.ts";

interface Answer {
  losses: number[];
  weights: Float32Array[];
}

async function trainWith(size: number, objective: unknown): Promise<Answer[]> {
  const meeting = createMeeting(size);
  const workers = Array.from(
    { length: size },
    () =>
      new Worker(new URL("../support/training_replica.ts", import.meta.url), { type: "module" }),
  );
  const answers = await Promise.all(
    workers.map((worker, rank) =>
      new Promise<Answer>((resolve, reject) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = (event) => {
          event.preventDefault();
          reject(new Error(event.message));
        };
        const task: ReplicaTask = {
          spec: trainSpec({ objective, batchSize: 16 }),
          steps: 20,
          meeting,
          rank,
          items: 48,
        };
        worker.postMessage(task);
      })
    ),
  );
  for (const worker of workers) worker.terminate();
  return answers;
}

for (
  const name of [
    "simclr",
    "rotation",
    "frame-order",
    "stacked-denoising-autoencoder",
    "context-encoder",
  ]
) {
  Deno.test(`${name}: two replicas have the losses of one within 1e-4, and the same bits each time`, async () => {
    const [one] = await trainWith(1, { name });
    const two = await trainWith(2, { name });
    const again = await trainWith(2, { name });
    assertEquals(two[0], two[1]);
    assertEquals(two, again);
    one!.losses.forEach((loss, step) => {
      assertLess(Math.abs(two[0]!.losses[step]! - loss) / loss, 1e-4, `step ${step}`);
    });
  });
}
