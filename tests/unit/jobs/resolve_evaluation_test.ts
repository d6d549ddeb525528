import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { InvalidError, NotFoundError } from "../../../src/errors.ts";
import { resolveEvaluation } from "../../../src/jobs/resolve_evaluation.ts";
import { EvaluationRequest, EvaluationSpec } from "../../../src/schemas/evaluate.ts";
import type { ModelSpec } from "../../../src/schemas/model.ts";
import { ObjectiveSpec } from "../../../src/schemas/objective.ts";
import type { TrainSpec } from "../../../src/schemas/train.ts";
import { type FakeDataset, fakeDatasets } from "../../support/datasets.ts";
import { fakeJob, fakeSpec } from "../../support/jobs.ts";
import { fakeModel } from "../../support/models.ts";

const JUDGED = { queries: 200, bank: 500, protocols: ["knn" as const], every: null };
const TEST: FakeDataset = { name: "test", digest: "1".repeat(64) };

/** @param training The spec of the job that made the model; null: none did. */
async function resolve(
  request: Record<string, unknown> = {},
  given: FakeDataset[] = [{}],
  training: Partial<TrainSpec> | null = { evaluate: JUDGED },
  spec = fakeModel(1).spec,
): Promise<EvaluationSpec> {
  const job = fakeJob(1, { ...fakeSpec(), ...training });
  const model = { ...fakeModel(1), spec, job: training === null ? null : job.id };
  const resolved = await resolveEvaluation(
    EvaluationRequest.parse({ type: "evaluate", model: "default", ...request }),
    {
      datasets: fakeDatasets(...given),
      models: {
        resolve: (name) =>
          name === "default"
            ? Promise.resolve(model)
            : Promise.reject(new NotFoundError(`no such model, ${name}`)),
      },
      jobs: { get: () => Promise.resolve(job) },
    },
  );
  // What is stored is what was made.
  assertEquals(EvaluationSpec.parse(resolved), resolved);
  return resolved;
}

async function refused(
  args: Parameters<typeof resolve>,
  path: string,
  rule: RegExp,
): Promise<void> {
  const error = await assertRejects(() => resolve(...args), InvalidError);
  assertEquals(error.errors.map((fault) => fault.path), [path]);
  assertMatch(error.errors[0]!.rule, rule);
}

Deno.test("by default it is what the model was trained on, and what that held out", async () => {
  const spec = await resolve();
  assertEquals(spec.train, { id: "ds_0000000000000001", name: "digits" });
  assertEquals(spec.dataset, null);
  assertEquals(spec.training?.split.evaluate, JUDGED);
  assertEquals(spec.protocols, ["knn", "linear", "finetune"]);
  assertEquals(spec.finetune.fractions, [0.01, 0.1]);
  assertEquals(spec.supervised.limit, null);
});

Deno.test("a data set that training was judged by is the default too", async () => {
  const evaluationDataset = "ds_0000000000000002";
  const spec = await resolve({}, [{}, TEST], { evaluate: JUDGED, evaluationDataset });
  assertEquals(spec.dataset, { id: evaluationDataset, name: "test" });
});

Deno.test("other data may be named, also for a model whose training is not known", async () => {
  const request = { train: "digits", dataset: "test", finetune: { fractions: [0.5, 0.1, 0.5] } };
  const spec = await resolve(request, [{}, TEST], null);
  assertEquals([spec.train.name, spec.dataset?.name, spec.training], ["digits", "test", null]);
  assertEquals(spec.finetune.fractions, [0.1, 0.5]);
});

Deno.test("the projector is there to fine-tune where SimCLR trained the last block", async () => {
  const { finetune } = await resolve({ finetune: { on: "projection", jitter: 0.25 } });
  assertEquals([finetune.on, finetune.jitter], ["projection", 0.25]);
  const request = { finetune: { on: "projection" } };
  const other = (parts: Partial<ModelSpec>) => ({ ...fakeModel(1).spec, ...parts });
  const rotation = ObjectiveSpec.parse({ name: "rotation" });
  const all = { evaluate: JUDGED };
  const trained = other({ objectives: [rotation] });
  await refused(
    [request, [{}], all, trained],
    "finetune.on",
    /must be h: the model .* was trained with rotation/,
  );

  await refused([request, [{}], all, other({ block: 1 })], "finetune.on", /serves block 1/);
});

Deno.test("items without labels may be learned from, where any are left", async () => {
  const { finetune } = await resolve({ finetune: { unlabelled: { items: 50 } } });
  assertEquals(finetune.unlabelled, {
    items: 50,
    batchSize: 96,
    threshold: 0.7,
    weight: 1,
    crop: 0.3,
    jitter: 0.25,
  });
  assertEquals((await resolve()).finetune.unlabelled, null);
  const all = { finetune: { fractions: [0.5, 1], unlabelled: {} } };
  await refused([all], "finetune.unlabelled", /must be null: with \d+ labels learned from, 0 of/);
  assertEquals((await resolve({ ...all, protocols: ["knn"] })).protocols, ["knn"]);
});

Deno.test("what does not exist is not found, with its field", async () => {
  for (
    const [path, request] of Object.entries({
      model: { model: "gone" },
      train: { train: "gone" },
      dataset: { dataset: "gone" },
    })
  ) {
    const error = await assertRejects(() => resolve(request), NotFoundError);
    assertEquals(error.errors.map((fault) => fault.path), [path]);
  }
});

Deno.test("what cannot be judged is refused before it is queued", async () => {
  await refused([{}, [{}], null], "train", /must be given: what the model was trained on/);
  await refused([{}, []], "train", /must be given/);
  await refused([{}, [{}], { evaluate: null }], "dataset", /without holding anything out/);
  const unlabelled = { classes: {}, unlabelled: 100 };
  await refused(
    [{ dataset: "test" }, [unlabelled, TEST]],
    "train",
    /must be given: what the model was trained on has 0 labels/,
  );
  await refused(
    [{ train: "bare", dataset: "test" }, [{}, { ...TEST, ...unlabelled, name: "bare" }, {
      name: "test",
    }]],
    "train",
    /at least 2 labels, it has 0/,
  );
  await refused([{ train: "test" }, [{}, TEST]], "dataset", /nothing is known to have been held/);
  await refused([{ dataset: "digits" }], "dataset", /must be other data than digits/);
  const copy = { name: "copy" };
  await refused([{ dataset: "copy" }, [{}, copy]], "dataset", /must be other data than digits/);
  await refused([{ dataset: "test" }, [{}, { ...TEST, ...unlabelled }]], "dataset", /labelled/);
  const strange = { ...TEST, classes: { "0": 10, cat: 10 } };
  await refused([{ dataset: "test" }, [{}, strange]], "dataset", /share at least 2 .* shares 1/);
});
