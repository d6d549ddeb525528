/**
 * Evaluation against the real service as a process: a model is trained on labelled images, judged by
 * jobs, and its card says so, as JSON and as a page.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Job, JobEvent } from "../../src/schemas/job.ts";
import { JudgedModel } from "../../src/schemas/model.ts";
import { assertProblem } from "../support/http_client.ts";
import { ServiceClient } from "../support/service_client.ts";
import { ServiceProcess } from "../support/service_process.ts";
import { withTempDir } from "../support/temp_dir.ts";

async function run(
  client: ServiceClient,
  request: Record<string, unknown>,
): Promise<{ job: Job; events: JobEvent[] }> {
  const { id } = await client.json<Job>("/v1/jobs", request);
  const events: JobEvent[] = [];
  for await (const event of client.events(id)) events.push(event);
  return { job: await client.json<Job>(`/v1/jobs/${id}`), events };
}

Deno.test("a trained model is judged by jobs, and its card has what they found out", () =>
  withTempDir(async (folder) => {
    await using service = new ServiceProcess({
      ALIKE_PORT: "0",
      ALIKE_DATA_DIR: folder,
      ALIKE_BACKEND: "wasm",
      ALIKE_REPLICAS: "2",
    });
    const client = new ServiceClient(await service.url);
    await client.import("shapes", 0, 160);
    // The first ten of these are the last ten of those.
    await client.import("shapes-test", 150, 40);
    const trained = await run(client, {
      type: "train",
      dataset: "shapes",
      encoder: { name: "small_conv", width: 4 },
      batchSize: 16,
      steps: 16,
      evaluate: { queries: 32, bank: 100, every: { epochs: 1 } },
    });
    assertEquals(trained.job.state, "succeeded", JSON.stringify(trained.job.error));
    const told = trained.events.flatMap((event) => event.type === "evaluation" ? [event.data] : []);
    // 128 images are trained on: 8 steps an epoch.
    assertEquals(told.map(({ step, epoch }) => [step, epoch]), [[8, 1], [16, 2]]);

    // By what training held out, then by another set, some of which was trained on.
    const budget = { steps: 3, batchSize: 8 };
    const held = await run(client, {
      type: "evaluate",
      model: "default",
      protocols: ["knn", "linear", "finetune", "supervised"],
      finetune: { ...budget, fractions: [0.25], unlabelled: { items: 40, batchSize: 8 } },
      supervised: { epochs: 1, batchSize: 32, limit: 64 },
    });
    assertEquals(held.job.state, "succeeded", JSON.stringify(held.job.error));
    const other = await run(client, {
      type: "evaluate",
      model: "shapes",
      dataset: "shapes-test",
      protocols: ["knn"],
    });
    assertEquals(other.job.state, "succeeded", JSON.stringify(other.job.error));

    const model = JudgedModel.parse(await client.json("/v1/models/default"));
    assertEquals(model.card.linear?.queries, 32);
    const [second, first] = model.evaluations;
    assertEquals([second!.job, first!.job], [other.job.id, held.job.id]);
    assertEquals(first!.results.map(({ kind }) => kind), [
      "knn",
      "linear",
      "finetune",
      "supervised",
    ]);
    const tuned = first!.results[2]!;
    assert(tuned.kind === "finetune" && tuned.labelsAlone !== null);
    assertEquals(tuned.unlabelled?.items, 40);
    const seen = held.events.flatMap((event) =>
      event.type === "evaluation" && event.data.protocol === "finetune" ? [event.data.scores] : []
    );
    assertEquals(seen[0]?.labelsAlone, tuned.labelsAlone.scratch);
    const { evaluation } = model.card;
    // The same items held out, so the same queries; the bank is all that is left.
    assertEquals(first!.results[0]!.queries, evaluation!.queries);
    assertEquals(first!.dataset.digest, model.card.dataset.digest);
    assertEquals(first!.frozen.before, first!.frozen.after);
    // Each saw the encoder that training ended with.
    for (const { frozen } of [second!, first!]) assertEquals(frozen, model.card.frozen);

    // Of the ten that are in both sets some were held out of training: they count as learned from
    // all the same, for kNN looks its neighbours up among them.
    assertEquals(second!.results[0]!.queries, 30);
    assertMatch(second!.notes.join(), /^10 items to judge were left out: .*150\.png/);
    const log = other.events.find((event) => event.type === "log");
    assert(log?.type === "log" && log.data.message.startsWith("10 items to judge were left out"));

    const page = await fetch(`${client.base}/v1/models/default/card`);
    assertEquals(page.status, 200);
    assertMatch(page.headers.get("content-type")!, /^text\/html/);
    const text = await page.text();
    for (const words of ["Linear probe", "Fine-tuning on 25 %", "supervised", "150.png"]) {
      assert(text.includes(words), words);
    }
    assert(!text.includes("<script"));

    await evaluationsThatCannotBe(client);
    service.kill("SIGTERM");
    assertEquals(await service.ended(), 0);
  }));

/** What is wrong is said before it is queued where it can be known, else at once by the job. */
async function evaluationsThatCannotBe(client: ServiceClient): Promise<void> {
  const refuse = async (request: Record<string, unknown>, status: number, path: string) =>
    await assertProblem(
      await fetch(`${client.base}/v1/jobs`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ type: "evaluate", model: "default", ...request }),
      }),
      { status, path },
    );
  await refuse({ model: "gone" }, 404, "model");
  await refuse({ dataset: "gone" }, 404, "dataset");
  await refuse({ dataset: "shapes" }, 422, "dataset");
  await refuse({ protocols: [] }, 422, "protocols");
  await refuse({ protocols: ["knn", "knn"] }, 422, "protocols");
  await refuse({ protocols: ["svm"] }, 422, "protocols[0]");
  await refuse({ finetune: { fractions: [0] } }, 422, "finetune.fractions[0]");
  await refuse({ finetune: { step: 1 } }, 422, "finetune.step");
  const sure = { finetune: { unlabelled: { threshold: 1 } } };
  await refuse(sure, 422, "finetune.unlabelled.threshold");
  const all = { finetune: { fractions: [1], unlabelled: {} } };
  await refuse(all, 422, "finetune.unlabelled");

  await client.import("within", 0, 100);
  const { job, events } = await run(client, {
    type: "evaluate",
    model: "default",
    dataset: "within",
  });
  assertEquals([job.state, job.error?.code], ["failed", "invalid"]);
  const last = events.at(-1)!;
  assert(last.type === "state" && last.data.state === "failed");
  assertMatch(
    last.data.reason!,
    /dataset must have items that were not learned from: all 100 were/,
  );
}
