import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { InvalidError, NotFoundError } from "../../../src/errors.ts";
import { resolveTournament } from "../../../src/jobs/resolve_tournament.ts";
import { resolveTrain } from "../../../src/jobs/resolve_train.ts";
import { WASM_HEAP_BYTES } from "../../../src/jobs/step_memory.ts";
import { ObjectiveSpec } from "../../../src/schemas/objective.ts";
import { TournamentRequest, TournamentSpec } from "../../../src/schemas/tournament.ts";
import { TrainRequest } from "../../../src/schemas/train.ts";
import { type FakeDataset, fakeDatasets } from "../../support/datasets.ts";

type Body = Record<string, unknown>;

const PHOTOS: FakeDataset = { name: "photos", mediaType: "image/jpeg", width: 200, height: 300 };

function contextOf(given: FakeDataset[]) {
  const datasets = fakeDatasets(...given);
  const models = { resolve: () => Promise.reject(new NotFoundError("there is none")) };
  return { datasets, models, checkpointSeconds: 30, memoryBytes: WASM_HEAP_BYTES, replicas: 1 };
}

async function resolve(body: Body = {}, given: FakeDataset[] = [PHOTOS]): Promise<TournamentSpec> {
  const dataset = given[0]?.name ?? "digits";
  const request = TournamentRequest.parse({ type: "tournament", dataset, ...body });
  // What comes out is what is stored.
  return TournamentSpec.parse((await resolveTournament(request, contextOf(given))).spec);
}

async function refused(body: Body, path: string, rule: RegExp, given?: FakeDataset[]) {
  const { errors, message } = await assertRejects(() => resolve(body, given), InvalidError);
  assertEquals(errors.map((fault) => fault.path), [path]);
  assertMatch(errors[0]!.rule, rule);
  assertMatch(message, /^Cannot hold the tournament: /);
}

Deno.test("by default every objective takes part, each as a training job of its name would be", async () => {
  const spec = await resolve({ batchSize: 128 });
  assertEquals(spec.leftOut, []);
  const names = ObjectiveSpec.options.map(({ shape: { name } }) => name.value);
  assertEquals(spec.entries.map(({ label }) => label), names);
  for (const { label, spec: entry } of spec.entries) {
    const alone = TrainRequest.parse({
      type: "train",
      dataset: "photos",
      name: `photos-${label}`,
      objective: label,
      minutes: 10,
      batchSize: 128,
      evaluate: {},
      promote: false,
    });
    assertEquals(entry, (await resolveTrain(alone, contextOf([PHOTOS]))).spec);
  }
});

Deno.test("an objective that the data does not allow is left out with its reason, unless it was named", async () => {
  const small = { imageSize: 24, batchSize: 64 };
  const spec = await resolve(small);
  assertEquals(spec.leftOut.map(({ label }) => label), ["relative-position"]);
  assertMatch(spec.leftOut[0]!.reason, /imageSize must give tiles of at least 8 pixels/);
  await refused(
    { ...small, objectives: ["simclr", "relative-position"] },
    "imageSize",
    /tiles .*, for relative-position$/,
  );
  await refused({ batchSize: 900 }, "batchSize", /at most 800/);
});

Deno.test("entries have recipes, heads and labels of their own, and the same items held out", async () => {
  const { entries, name } = await resolve({
    name: "cup",
    steps: 5,
    seed: 3,
    objectives: [
      "rotation",
      { objective: "rotation", recipe: { optimizer: { name: "sgd" } } },
      { objective: "simclr", heads: [{ objective: "jigsaw", weight: 0.5 }] },
      { objective: { name: "jigsaw", permutations: 10 }, label: "rotation-2" },
    ],
    evaluate: { queries: 50, protocols: ["knn"] },
  });
  assertEquals(name, "cup");
  assertEquals(entries.map(({ label, spec }) => [label, spec.name]), [
    ["rotation", "cup-rotation"],
    ["rotation-3", "cup-rotation-3"],
    ["simclr-and-1", "cup-simclr-and-1"],
    ["rotation-2", "cup-rotation-2"],
  ]);
  assertEquals(entries[1]!.spec.recipe.optimizer.name, "sgd");
  assertEquals(entries[2]!.spec.objectives.map(({ spec, weight }) => [spec.name, weight]), [
    ["simclr", 1],
    ["jigsaw", 0.5],
  ]);
  for (const { spec } of entries) {
    assertEquals([spec.budget, spec.seed, spec.promote], [{ steps: 5 }, 3, false]);
    assertEquals(spec.evaluate, { queries: 50, bank: 10_000, protocols: ["knn"], every: null });
  }
});

Deno.test("a data set without labels to rank by is refused", async () => {
  const plain = { name: "plain", classes: {}, unlabelled: 1000 };
  await refused({}, "dataset", /at least 2 labels, it has 0/, [plain]);
  await refused({}, "dataset", /at least 2 labels, it has 1/, [{ classes: { one: 1000 } }]);
  const few = { name: "few", classes: { a: 20, b: 20 } };
  await refused({ batchSize: 8 }, "dataset", /only 8 of 40 can be held out/, [few]);
  const judged = await resolve({ batchSize: 8, evaluate: { dataset: "other" } }, [few, {
    name: "other",
    classes: { a: 50, b: 50 },
  }]);
  assertEquals(judged.evaluationDataset, "ds_0000000000000002");
});

Deno.test("the names of models stay names, however long the data set's is", async () => {
  const { entries } = await resolve({ batchSize: 8 }, [{ ...PHOTOS, name: "p".repeat(100) }]);
  assertEquals(entries[0]!.spec.name, `${"p".repeat(50)}-simclr`);
});
