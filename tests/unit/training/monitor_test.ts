import { assert, assertEquals } from "@std/assert";
import { selectBackend } from "../../../src/tensor/backend.ts";
import { isDue } from "../../../src/training/monitor.ts";
import { syntheticSource } from "../../support/synthetic_images.ts";
import { runTraining, trainSpec } from "../../support/train_spec.ts";

const evaluate = { queries: 16, bank: 32 };

Deno.test("an interval is due once each time a multiple of it has passed", () => {
  const at = (epoch: number, seconds = 0) => ({ epoch, seconds });
  const epochs = { epochs: 0.3 };
  // Steps of a tenth: after the third, the sixth and the ninth.
  const due = Array.from({ length: 10 }, (_, i) => isDue(epochs, at(i / 10), at((i + 1) / 10)));
  assertEquals(due.flatMap((is, i) => is ? [i + 1] : []), [3, 6, 9]);
  assertEquals(isDue({ minutes: 1 }, at(0, 59), at(0, 61)), true);
  assertEquals(isDue({ minutes: 1 }, at(0, 61), at(0, 119)), false);
  assertEquals(isDue(null, at(0), at(9)), false);
});

Deno.test("kNN is told while it trains, and the run is the same to the last bit", async () => {
  await selectBackend("wasm");
  const data = syntheticSource(64, 16, 3);
  const plain = await runTraining(trainSpec({ evaluate, budget: { steps: 9 } }), data);
  const watched = await runTraining(
    trainSpec({ evaluate: { ...evaluate, every: { epochs: 0.5 } }, budget: { steps: 9 } }),
    data,
  );
  assertEquals(watched.result.digest, plain.result.digest);
  assertEquals(watched.result.card.evaluation, plain.result.card.evaluation);
  const told = watched.events.flatMap((event) =>
    event.type === "evaluation" ? [event.summary] : []
  );
  // 52 items are trained on: 6 steps an epoch.
  assertEquals(told.map(({ step }) => step), [3, 6, 9]);
  assertEquals(told.map(({ epoch }) => epoch), [0.5, 1, 1.5]);
  // The last one is the card's: the same encoder, the same items.
  const { trained, untrained, pixels, gain } = watched.result.card.evaluation!;
  assertEquals(told.at(-1)!.scores, { trained, untrained, pixels, gain });
  assert(plain.events.every(({ type }) => type !== "evaluation"));
  // The time it takes is no time of training.
  const speeds = watched.events.flatMap((event) =>
    event.type === "progress" && event.progress.phase === "training" && event.progress.step > 0
      ? [event.progress.viewsPerSecond]
      : []
  );
  assert(speeds.length > 0 && speeds.every((speed) => speed > 0), speeds.join());
});

Deno.test("the card has the protocols that were asked for, and the proof that nothing moved", async () => {
  await selectBackend("wasm");
  const data = syntheticSource(64, 16, 3);
  const both = trainSpec({ evaluate: { ...evaluate, protocols: ["knn", "linear"] } });
  const { card } = (await runTraining(both, data)).result;
  assertEquals([card.evaluation?.kind, card.linear?.kind], ["knn", "linear"]);
  assertEquals(card.linear!.queries, card.evaluation!.queries);
  assertEquals(card.frozen!.before, card.frozen!.after);
  const one = trainSpec({ evaluate: { ...evaluate, protocols: ["linear"] } });
  const alone = (await runTraining(one, data)).result.card;
  assertEquals([alone.evaluation, alone.linear], [null, card.linear]);
});
