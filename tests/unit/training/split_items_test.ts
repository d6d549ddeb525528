import { assert, assertEquals, assertThrows } from "@std/assert";
import type { ItemSource } from "../../../src/data/item_source.ts";
import { InvalidError } from "../../../src/errors.ts";
import { Random } from "../../../src/random.ts";
import { splitItems } from "../../../src/training/split_items.ts";
import { syntheticSource } from "../../support/synthetic_images.ts";
import { trainSpec } from "../../support/train_spec.ts";

const random = () => new Random(1);
const evaluate = { queries: 10, bank: 20 };

Deno.test("without an evaluation set a share is held out, and never trained on", () => {
  const data = syntheticSource(40, 16, 3);
  const split = splitItems(trainSpec({ evaluate }), data, null, random());
  assertEquals(split.queriesFrom, "training");
  // A fifth of 40 at the most, of the 10 that were asked for.
  assertEquals(split.queries.length, 8);
  assertEquals(split.training.length, 32);
  assertEquals(new Set([...split.training, ...split.queries]).size, 40);
  assertEquals(split.bank.length, 20);
  assert(split.bank.every((index) => split.training.includes(index)));
  assertEquals(split.classes, ["bar", "cross", "quadrant", "ring"]);
});

Deno.test("the seed decides the split, and a limit draws from what is left", () => {
  const data = syntheticSource(40, 16, 3);
  const spec = trainSpec({ evaluate, limit: 16 });
  const split = (seed: number) => splitItems(spec, data, null, new Random(seed));
  assertEquals(split(1), split(1));
  assert(split(1).training.join() !== split(2).training.join());
  assertEquals(split(1).training.length, 16);
});

Deno.test("an evaluation item whose bytes were trained on is left out and counted", () => {
  const data = syntheticSource(40, 16, 3);
  // Items 30 to 49: ten of them are the training set's own.
  const evaluation = syntheticSource(20, 16, 3, { first: 30 });
  const spec = trainSpec({ evaluate: { queries: 20, bank: 20 } });
  const split = splitItems(spec, data, evaluation, random());
  assertEquals(split.duplicates, 10);
  assertEquals(split.queries.length, 10);
  assert(split.queries.every((index) => index >= 10));
});

Deno.test("too few items and missing labels are refused with the figures", () => {
  const few = assertThrows(
    () => splitItems(trainSpec({ batchSize: 64 }), syntheticSource(40, 16, 3), null, random()),
    InvalidError,
    "40 items are left to train on",
  );
  assertEquals(few.errors[0]?.value, 64);
  const unlabelled: ItemSource = syntheticSource(40, 16, 3, { labelled: false });
  assertThrows(
    () => splitItems(trainSpec({ evaluate }), unlabelled, null, random()),
    InvalidError,
    "Cannot evaluate",
  );
});
