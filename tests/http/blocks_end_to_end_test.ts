/**
 * Blocks against the real service as a process: a run begins from a model with its first stages
 * frozen; another block of the model is served, compared, judged and exported.
 *
 * @module
 */
import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import type { Job, JobEvent } from "../../src/schemas/job.ts";
import type { JobPlan } from "../../src/schemas/job_plan.ts";
import { JudgedModel, Model } from "../../src/schemas/model.ts";
import { decodeSafetensors } from "../../src/tensor/safetensors.ts";
import { assertProblem } from "../support/http_client.ts";
import { png, ServiceClient } from "../support/service_client.ts";
import { ServiceProcess } from "../support/service_process.ts";
import { withTempDir } from "../support/temp_dir.ts";

const RUN = { type: "train", dataset: "shapes", batchSize: 16, steps: 6 };

async function run(client: ServiceClient, request: Record<string, unknown>): Promise<Job> {
  const { id } = await client.json<Job>("/v1/jobs", request);
  const events: JobEvent[] = [];
  for await (const event of client.events(id)) events.push(event);
  return await client.json<Job>(`/v1/jobs/${id}`);
}

async function weightsOf(client: ServiceClient, model: string): Promise<Map<string, string>> {
  const response = await fetch(`${client.base}/v1/models/${model}/export?format=safetensors`);
  const { tensors } = decodeSafetensors(await response.bytes());
  return new Map([...tensors].map(([name, { data }]) => [name, data.join()]));
}

/** With a model that was trained on four shapes. */
function withModel(work: (client: ServiceClient, model: Model) => Promise<void>): Promise<void> {
  return withTempDir(async (folder) => {
    await using service = new ServiceProcess({
      ALIKE_PORT: "0",
      ALIKE_DATA_DIR: folder,
      ALIKE_BACKEND: "wasm",
      ALIKE_REPLICAS: "2",
    });
    const client = new ServiceClient(await service.url);
    await client.import("shapes", 0, 160);
    const job = await run(client, {
      ...RUN,
      name: "first",
      objective: "rotation",
      encoder: { name: "small_conv", width: 4 },
      evaluate: { queries: 32, bank: 100 },
    });
    assertEquals(job.state, "succeeded", JSON.stringify(job.error));
    await work(client, Model.parse(await client.json("/v1/models/default")));
  });
}

Deno.test("a run begins from a model, on two replicas, and what is frozen stays bit for bit", () =>
  withModel(async (client, first) => {
    const from = { model: "default", frozen: 2, heads: true };
    const request = { ...RUN, name: "second", objective: "rotation", from };
    const plan = await client.json<JobPlan>("/v1/jobs/plan", request);
    assertEquals(plan.replicas, 2);
    const job = await run(client, request);
    assertEquals(job.state, "succeeded", JSON.stringify(job.error));
    const second = Model.parse(await client.json("/v1/models/second"));
    const { id, name, digest } = first;
    assertEquals(second.card.from, { model: id, name, digest, frozen: 2, heads: ["rotation"] });
    assertEquals(second.spec, first.spec);
    const [before, after] = [await weightsOf(client, first.id), await weightsOf(client, "second")];
    for (const [tensor, values] of before) {
      const frozen = /^encoder\/(conv|norm)[01]\//.test(tensor);
      assertEquals(after.get(tensor) === values, frozen, tensor);
    }

    // On with larger images: every weight is taken over, the projector's too.
    const larger = { ...request, name: "larger", from: { model: "second", heads: true } };
    const size = first.spec.preprocessing.size + 8;
    const grown = await run(client, { ...larger, imageSize: size });
    assertEquals(grown.state, "succeeded", JSON.stringify(grown.error));
    const third = Model.parse(await client.json("/v1/models/larger"));
    assertEquals(third.spec.preprocessing, { ...first.spec.preprocessing, size });
    assertEquals(third.card.from?.heads, ["rotation"]);

    // A job that waits for its model, which goes: it fails, and says why.
    const busy = await client.json<Job>("/v1/jobs", { ...RUN, steps: 5000, from: "second" });
    const waits = await client.json<Job>("/v1/jobs", { ...RUN, from: first.id });
    const gone = await fetch(`${client.base}/v1/models/${first.id}`, { method: "DELETE" });
    assertEquals(gone.status, 200, await gone.text());
    await client.json(`/v1/jobs/${busy.id}/cancel`, {});
    for await (const _ of client.events(waits.id));
    const failed = await client.json<Job>(`/v1/jobs/${waits.id}`);
    assertEquals([failed.state, failed.error?.code], ["failed", "conflict"]);
    assertEquals(
      failed.error?.message,
      `Cannot begin from the model: it was deleted, ${first.id}`,
    );
    await assertProblem(
      await post(client, "/v1/jobs", { ...RUN, from: "second", encoder: "resnet8" }),
      { status: 422, path: "encoder", rule: /small_conv of width 4 .* resnet8 of width 16/ },
    );
    await assertProblem(
      await post(client, "/v1/jobs", { ...RUN, from: { model: "second", frozen: 9 } }),
      { status: 422, path: "from.frozen", rule: /at most 4/, value: 9 },
    );
    await assertProblem(await post(client, "/v1/jobs", { ...RUN, from: "nobody" }), {
      status: 404,
      path: "from.model",
    });
  }));

Deno.test("another block of a model is served, judged, exported, and outlives the model", () =>
  withModel(async (client, first) => {
    const made = Model.parse(await client.json("/v1/models", { from: "default", block: 1 }));
    assertEquals([made.name, made.spec.block, made.spec.dimensions], ["first-block1", 1, 8]);
    assertNotEquals(made.digest, first.digest);
    assertEquals(await weightsOf(client, made.id), await weightsOf(client, first.id));
    for (const [block, rule] of [[4, /must be 0 to 3/], [3, /another one of 0 to 3/]] as const) {
      await assertProblem(await post(client, "/v1/models", { from: "first", block }), {
        status: 422,
        path: "block",
        rule,
        value: block,
      });
    }

    const image = `data:image/png;base64,${(await png(3)).toBase64()}`;
    const embed = async (model: string) => {
      const body = { model, input: [image], normalize: false };
      const answer = await client.json<{ data: { embedding: number[] }[] }>("/v1/embeddings", body);
      return answer.data[0]!.embedding;
    };
    const h = await embed(made.id);
    assertEquals([h.length, (await embed("first")).length], [8, 32]);
    // The rotation head sees the whole encoder: it says the same of both.
    const predict = (model: string) =>
      client.json("/v1/predict/rotation", { model, input: [image] });
    const answers = (answer: unknown) => (answer as { data: unknown }).data;
    assertEquals(answers(await predict(made.id)), answers(await predict("first")));

    const job = await run(client, {
      type: "evaluate",
      model: made.id,
      protocols: ["knn", "finetune"],
      finetune: { steps: 3, batchSize: 8, fractions: [0.25] },
    });
    assertEquals(job.state, "succeeded", JSON.stringify(job.error));
    const judged = JudgedModel.parse(await client.json(`/v1/models/${made.id}`));
    assert(judged.card.notes[0]?.startsWith("Serves block 1 (of 0 to 3)"));
    const [report] = judged.evaluations;
    assert(report?.notes[0]?.startsWith("Serves block 1 (of 0 to 3)"));
    assertEquals(report?.results.map(({ kind }) => kind), ["knn", "finetune"]);
    assertEquals(JudgedModel.parse(await client.json("/v1/models/first")).evaluations, []);

    const promoted = await fetch(`${client.base}/v1/aliases/default`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: made.id }),
    });
    assertEquals(promoted.status, 200, await promoted.text());
    await (await fetch(`${client.base}/v1/models/${first.id}`, { method: "DELETE" })).body
      ?.cancel();
    const later = await embed("default");
    h.forEach((value, i) => assertAlmostEquals(later[i]!, value, 1e-6));
  }));

function post(client: ServiceClient, path: string, body: unknown): Promise<Response> {
  return fetch(client.base + path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}
