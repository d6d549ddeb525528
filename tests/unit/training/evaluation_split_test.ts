import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import type { ItemSource } from "../../../src/data/item_source.ts";
import { InvalidError } from "../../../src/errors.ts";
import { Random } from "../../../src/random.ts";
import { splitEvaluation } from "../../../src/training/evaluation_split.ts";
import { splitItems } from "../../../src/training/split_items.ts";
import { evaluationSpec, trainingOf } from "../../support/evaluation_spec.ts";
import { syntheticSource } from "../../support/synthetic_images.ts";

const train = syntheticSource(100, 8, 1);
const digestsOf = (source: ItemSource, items: number[]) =>
  new Set(items.map((index) => source.itemDigest(index)));

Deno.test("items to judge that were learned from are left out, counted and named", async () => {
  // Items 90 to 99 are in both.
  const dataset = {
    ...syntheticSource(40, 8, 1, { first: 90 }),
    names: (indices: readonly number[]) =>
      Promise.resolve(indices.map((index) => `name-${90 + index}`)),
  };
  const split = await splitEvaluation(evaluationSpec(), { train, dataset, training: null });
  assertEquals(split.queries.length, 30);
  const learned = digestsOf(train, split.bank);
  assert(split.queries.every((index) => !learned.has(dataset.itemDigest(index))));
  const note = split.notes.find((line) => line.includes("left out"))!;
  assertMatch(note, /^10 items .* what is learned from \(name-90, .*name-99\)\.$/);
});

Deno.test("items that only the encoder has seen are left out too", async () => {
  const dataset = syntheticSource(40, 8, 1, { first: 90 });
  const other = syntheticSource(50, 8, 1, { first: 1000 });
  const spec = evaluationSpec({ training: trainingOf(null) });
  const training = { data: train, evaluation: null };
  const split = await splitEvaluation(spec, { train: other, dataset, training });
  assertEquals(split.queries.length, 30);
  assertMatch(split.notes.join(), /10 items .* what the encoder was trained on \(item 0, /);
});

Deno.test("without another set, what training held out is judged and the rest is learned from", async () => {
  const training = trainingOf({ queries: 10, bank: 50 })!;
  const split = await splitEvaluation(evaluationSpec({ dataset: null, training }), {
    train,
    dataset: null,
    training: { data: train, evaluation: null },
  });
  const held = splitItems(training.split, train, null, new Random(1).fork("split")).queries;
  assertEquals([held.length, split.queries], [10, held]);
  assertEquals(split.bank.length, 90);
  assertEquals(split.bank.filter((index) => held.includes(index)), []);
  assertEquals(split.notes, []);
});

Deno.test("shares and limits are stratified draws of the labels", async () => {
  const dataset = syntheticSource(40, 8, 1, { first: 1000 });
  const base = evaluationSpec();
  const spec = evaluationSpec({
    protocols: ["finetune", "supervised"],
    supervised: { ...base.supervised, limit: 20 },
    bank: 30,
  });
  const { shares, supervised, bank, notes } = await splitEvaluation(spec, {
    train,
    dataset,
    training: null,
  });
  assertEquals([...shares.map((share) => share.length), supervised.length, bank.length], [
    // A tenth of 25 items a class is rounded up to 3.
    12,
    52,
    20,
    30,
  ]);
  for (const items of [...shares, supervised]) {
    const each = Array.from({ length: 4 }, (_, c) => items.filter((i) => i % 4 === c).length);
    assertEquals(new Set(each).size, 1);
  }
  assertMatch(notes.join(), /could not be checked/);
});

Deno.test("what is learned from without labels is neither judged nor among the labels", async () => {
  const unlabelled = { items: 60, batchSize: 8, threshold: 0.7, weight: 1, crop: 0.3, jitter: 0 };
  const { finetune } = evaluationSpec();
  const spec = evaluationSpec({
    protocols: ["finetune"],
    finetune: { ...finetune, fractions: [0.1, 0.5], unlabelled },
  });
  // Items 0 to 9 have no label, and 90 to 94 and 0 to 4 are judged too; those with labels are left
  // out there, as learned from.
  const source = { ...train, label: (index: number) => index < 10 ? null : train.label(index) };
  const within = (first: number, count: number) => syntheticSource(count, 8, 1, { first });
  const [low, high] = [within(0, 5), within(90, 30)];
  const part = (index: number) => index < 5 ? low : high;
  const dataset: ItemSource = {
    ...high,
    count: 35,
    label: (index) => part(index).label(index % 5),
    itemDigest: (index) => index < 5 ? low.itemDigest(index) : high.itemDigest(index - 5),
  };
  const split = await splitEvaluation(spec, { train: source, dataset, training: null });
  const judged = digestsOf(dataset, split.queries);
  assertEquals(
    [...digestsOf(low, [0, 1, 2, 3, 4])].filter((digest) => judged.has(digest)).length,
    5,
  );
  assertEquals(split.unlabelled.map((items) => items.length), [60, 95 - split.shares[1]!.length]);
  split.unlabelled.forEach((items, i) => {
    assertEquals(items.filter((index) => split.shares[i]!.includes(index)), []);
    assertEquals(items.filter((index) => judged.has(source.itemDigest(index))), []);
    assertEquals(new Set(items).size, items.length);
  });
  // All that are left of the larger share's: those without a label are among them.
  assert([5, 6, 7, 8, 9].every((index) => split.unlabelled[1]!.includes(index)));
  const training = trainingOf({ queries: 10, bank: 50 })!;
  const own = await splitEvaluation(
    evaluationSpec({ ...spec, dataset: null, training, queries: 5 }),
    { train, dataset: null, training: { data: train, evaluation: null } },
  );
  const held = splitItems(training.split, train, null, new Random(1).fork("split")).queries;
  assertEquals(own.unlabelled.flat().filter((index) => held.includes(index)), []);
  await assertRejects(
    () =>
      splitEvaluation(
        evaluationSpec({ ...spec, finetune: { ...spec.finetune, fractions: [1] } }),
        { train, dataset: within(1000, 20), training: null },
      ),
    InvalidError,
    "must have 2 items that are neither judged nor among the 100 with labels",
  );
});

Deno.test("labels that nothing was learned of are told", async () => {
  const dataset: ItemSource = {
    ...syntheticSource(40, 8, 1, { first: 1000 }),
    label: (index) => index < 5 ? "star" : "ring",
  };
  const { notes } = await splitEvaluation(evaluationSpec(), { train, dataset, training: null });
  assertMatch(notes.join(), /5 judged items have labels that nothing was learned of/);
});

Deno.test("what cannot be judged by is refused, with its field", async () => {
  const unlabelled = syntheticSource(40, 8, 1, { first: 1000, labelled: false });
  const cases: [data: { train: ItemSource; dataset: ItemSource }, path: string, rule: RegExp][] = [
    [{ train: unlabelled, dataset: train }, "train", /at least 2 labels, it has 0/],
    [{ train, dataset: unlabelled }, "dataset", /must have labelled items/],
    [{ train, dataset: syntheticSource(20, 8, 1) }, "dataset", /not learned from: all 20 were/],
  ];
  for (const [data, path, rule] of cases) {
    const error = await assertRejects(
      () => splitEvaluation(evaluationSpec(), { ...data, training: null }),
      InvalidError,
    );
    assertEquals(error.errors.map((fault) => fault.path), [path]);
    assertMatch(error.errors[0]!.rule, rule);
  }
});
