import { assert, assertEquals, assertMatch } from "@std/assert";
import type { MetricCard } from "../../src/schemas/metric.ts";
import { ObjectiveSpec } from "../../src/schemas/objective.ts";
import { fakeModel } from "../support/fakes/fake_models.ts";
import { assertProblem, jsonOf, testApp } from "../support/http_client.ts";
import { judgedModel } from "../support/judged_model.ts";

/** What a browser says that it takes. */
const BROWSER = { headers: { accept: "text/html,application/xhtml+xml,*/*;q=0.8" } };

async function pageOf(response: Response, status = 200): Promise<string> {
  const text = await response.text();
  assertEquals(response.status, status, text);
  assertMatch(response.headers.get("content-type")!, /^text\/html/);
  assert(text.startsWith("<!doctype html>"), text.slice(0, 40));
  return text;
}

Deno.test("the first page of an empty service asks for pictures", async () => {
  const text = await pageOf(await testApp().send("GET", "/"));
  assertMatch(text, /Drop your pictures here/);
});

Deno.test("pages show what there is, with names as text", async () => {
  const { send, services } = testApp();
  const dataset = await jsonOf(await send("POST", "/v1/datasets?name=cats", { body: "x" }), 201);
  services.models.add(fakeModel("cats-model", ["simclr"]));
  const job = await jsonOf(
    await send("POST", "/v1/jobs", { json: { type: "train", dataset: "cats" } }),
    202,
  );
  const home = await pageOf(await send("GET", "/"));
  for (const part of [`/datasets/${dataset.id}`, `/jobs/${job.id}`, "cats-model"]) {
    assert(home.includes(part), part);
  }
  assertMatch(await pageOf(await send("GET", `/datasets/${dataset.id}`)), /Train on it/);
  assertMatch(await pageOf(await send("GET", `/jobs/${job.id}`)), /<dt>Objective<\/dt>/);
  assertMatch(await pageOf(await send("GET", "/jobs/new?dataset=cats")), /relative-position/);
  assertMatch(await pageOf(await send("GET", "/models")), /cats-model/);
});

Deno.test("a page that is not there says so on a page; markup in an address stays text", async () => {
  const { send } = testApp();
  const missing = await pageOf(await send("GET", "/datasets/%3Cb%3Ex", BROWSER), 404);
  assertMatch(missing, /There is no such thing/);
  assert(!missing.includes("<b>x"));
  const nowhere = await send("GET", "/nowhere/%3Cb%3Ex", BROWSER);
  assertMatch(nowhere.headers.get("content-security-policy")!, /style-src 'self'/);
  const text = await pageOf(nowhere, 404);
  assertMatch(text, /There is no such route/);
  assert(!text.includes("<b>x"));
});

Deno.test("programs are told by a document, and so is whoever opens the API in a browser", async () => {
  const { send } = testApp();
  await assertProblem(await send("GET", "/nowhere"), { status: 404, code: "no_route" });
  await assertProblem(await send("GET", "/datasets/nope"), { status: 404, code: "not_found" });
  await assertProblem(await send("GET", "/v1/jobs/nope", BROWSER), { status: 422 });
});

Deno.test("a page that cannot be made says so, where the log tells more, and not why", async () => {
  const { send, services } = testApp();
  services.datasets.list = () => Promise.reject(new Error("secret of the house"));
  const answer = await send("GET", "/datasets", BROWSER);
  const id = answer.headers.get("x-request-id")!;
  const text = await pageOf(answer, 500);
  assertMatch(text, /Something went wrong here/);
  assert(text.includes(id) && !text.includes("secret of the house"));
});

Deno.test("the dashboard's files come from the service, and no other file does", async () => {
  const { send } = testApp();
  for (const file of ["style.css", "upload.js", "icon.svg", "uplot.js", "uplot.css", "umap.js"]) {
    const response = await send("GET", `/assets/${file}`);
    assertEquals(response.status, 200, file);
    assert((await response.text()).length > 100);
  }
  for (const file of ["nope.js", "..%2Fmod.tsx", "mod.tsx"]) {
    await assertProblem(await send("GET", `/assets/${file}`), { status: 404 });
  }
});

Deno.test("a page may run the service's own scripts and no others", async () => {
  for (const path of ["/", "/jobs/new", "/login"]) {
    const policy = (await testApp().send("GET", path)).headers.get("content-security-policy")!;
    assertMatch(policy, /default-src 'none'/);
    assertMatch(policy, /script-src 'self'(;|$)/);
    assertMatch(policy, /frame-ancestors 'none'/);
  }
});

Deno.test("a model's page holds its card, its names and the try-outs of its heads", async () => {
  const { send, services } = testApp();
  const { evaluations, ...model } = judgedModel();
  services.models.add(model);
  services.models.reports = evaluations;
  await services.models.setAlias("best", model.id);
  const page = await pageOf(await send("GET", `/models/${model.id}`));
  assertMatch(page, /class="badge good">best</);
  assertMatch(page, /data-promote/);
  assertMatch(page, /Linear probe/);
  assertMatch(page, /&lt;truck&gt;/);
  assertMatch(page, /export\?format=onnx/);
  // Names and labels that look like markup stay text.
  assert(!page.includes("<truck>") && !page.includes("cifar-simclr-<b>"));
  assert(!page.includes("data-try="), "SimCLR's head is not one to try");

  services.models.add(fakeModel("turned", ["simclr", "rotation", "jigsaw"]));
  const other = await pageOf(await send("GET", "/models/turned"));
  assertMatch(other, /data-try="rotation"/);
  assertMatch(other, /data-try="jigsaw"/);
  assert(!other.includes('data-try="relative-position"'));
  services.models.add(fakeModel("restoring", ["stacked-denoising-autoencoder", "context-encoder"]));
  const restoring = await pageOf(await send("GET", "/models/restoring"));
  for (const pretext of ["reconstruct", "denoise", "inpaint"]) {
    assert(restoring.includes(`data-try="${pretext}"`), pretext);
  }
  assertMatch(
    await pageOf(await send("GET", "/models/nope", BROWSER), 404),
    /There is no such thing/,
  );
});

Deno.test("collections are listed with what they are of, and made only where there is a model", async () => {
  const { send, services } = testApp();
  assertMatch(await pageOf(await send("GET", "/collections")), /One needs .*a data set/);
  const dataset = await jsonOf(await send("POST", "/v1/datasets?name=cats", { body: "x" }), 201);
  assert(!(await pageOf(await send("GET", "/collections"))).includes("data-new-collection"));
  const model = fakeModel("cats-model", ["simclr"]);
  services.models.add(model);
  const form = await pageOf(await send("GET", `/collections?dataset=${dataset.id}`));
  assertMatch(form, /data-new-collection.*<option value="ds_[0-9a-f]+" data-name="cats" selected/s);
  await send("POST", "/v1/collections", {
    json: { name: "cats", dataset: "cats", model: "cats-model" },
  });
  const list = await pageOf(await send("GET", "/collections"));
  assertMatch(list, /1 item of cats, by cats-model/);
  const page = await pageOf(await send("GET", "/collections/cats"));
  assertMatch(page, new RegExp(model.digest));
  assertMatch(page, /data-search.*data-items.*data-duplicates.*data-clusters/s);
  // Beyond the end there is nothing, and a way back.
  const beyond = await pageOf(await send("GET", "/collections/cats?offset=500"));
  assertMatch(beyond, /Earlier/);
  await pageOf(await send("GET", "/collections/cats?offset=-1e99"));
  await pageOf(await send("GET", "/collections/none", BROWSER), 404);
});

Deno.test("a new job may begin from a model; a model's page serves its other blocks", async () => {
  const { send, services } = testApp();
  await send("POST", "/v1/datasets?name=cats", { body: "x" });
  const model = services.models.add(fakeModel("cats", ["simclr"]));
  const form = await pageOf(await send("GET", `/jobs/new?from=${model.id}`));
  assertMatch(form, new RegExp(`<option value="${model.id}" data-stages="4" selected`));
  assertMatch(await pageOf(await send("GET", "/jobs/new?from=%3Cb%3E")), /fresh weights/);
  const page = await pageOf(await send("GET", `/models/${model.id}`));
  assertMatch(page, /Block 3 of 0 to 3, the last: 4/);
  assertMatch(page, /<option value="2" selected(="")?>block 2 \(16 dimensions\)/);
  const json = { from: model.id, block: 1 };
  const { id } = await jsonOf(await send("POST", "/v1/models", { json }), 201);
  const other = await pageOf(await send("GET", `/models/${id}`));
  assertMatch(other, /Block 1 of 0 to 3:/);
  assertMatch(other, /<option value="3">block 3/);
  assertMatch(await pageOf(await send("GET", "/models")), /small_conv up to block 1/);
});

Deno.test("the first page offers alikes once a model is the default", async () => {
  const { send, services } = testApp();
  await send("POST", "/v1/datasets?name=cats", { body: "x" });
  const model = services.models.add(fakeModel("cats", ["simclr"]));
  assert(!(await pageOf(await send("GET", "/"))).includes("data-explore"));
  await services.models.setAlias("default", model.id);
  assertMatch(await pageOf(await send("GET", "/")), new RegExp(`data-explore="${model.id}"`));
  const page = await pageOf(await send("GET", `/models/${model.id}`));
  assert(!page.includes("data-promote"), "it is the default already");
});

Deno.test("a recipe that was tried out comes along to the form of a new job, as text", async () => {
  const { send } = testApp();
  await send("POST", "/v1/datasets?name=cats", { body: "x" });
  const more = encodeURIComponent('{"recipe": {"augment": {"grey": 1}}}</textarea><b>');
  const page = await pageOf(await send("GET", `/jobs/new?dataset=cats&more=${more}`));
  assertMatch(page, /&quot;grey&quot;: 1/);
  assert(!page.includes("</textarea><b>"));
});

Deno.test("the form of a new job has the options of every objective and encoder", async () => {
  const { send } = testApp();
  await send("POST", "/v1/datasets?name=cats", { body: "x" });
  const page = await pageOf(await send("GET", "/jobs/new"));
  const blocks = [...page.matchAll(/data-of="(\w+)" data-block="([^"]+)"/g)];
  const names = (of: string) =>
    blocks.filter((block) => block[1] === of).flatMap((block) => block[2]!.split(" "));
  assertEquals(names("objective"), ObjectiveSpec.options.map(({ shape }) => shape.name.value));
  assertEquals(names("encoder"), ["resnet8", "resnet14", "resnet20", "resnet18", "small_conv"]);
  assertMatch(page, /id="objective.simclr.temperature"[^>]*value="0.5" min="0.01" max="10"/);
  // Ids are all different, so that labels and faults find their fields.
  const ids = [...page.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]!);
  assertEquals(ids.length, new Set(ids).size);
});

Deno.test("a job's page has its curves named", async () => {
  const { send } = testApp();
  await send("POST", "/v1/datasets?name=cats", { body: "x" });
  const body = { type: "train", dataset: "cats", objective: "simclr" };
  const job = await jsonOf(await send("POST", "/v1/jobs", { json: body }), 202);
  const page = await pageOf(await send("GET", `/jobs/${job.id}`));
  const [, metrics] = /data-metrics="([^"]+)"/.exec(page)!;
  const cards = JSON.parse(metrics!.replaceAll("&quot;", '"'));
  assertEquals(cards.map((card: MetricCard) => card.title), ["SimCLR: contrastive accuracy"]);
});

Deno.test("batches are counted by size and by the time of their stages", async () => {
  const { send, services } = testApp();
  services.embedder.report({
    operation: "embed",
    size: 7,
    queueMs: 4,
    workerMs: 20,
    stages: { decode: 5, forward: 12 },
  });
  const text = await (await send("GET", "/metrics")).text();
  for (
    const line of [
      'alike_embedder_batch_size_images_bucket{le="4",operation="embed"} 0',
      'alike_embedder_batch_size_images_bucket{le="8",operation="embed"} 1',
      'alike_embedder_stage_duration_seconds_sum{operation="embed",stage="queue"} 0.004',
      'alike_embedder_stage_duration_seconds_sum{operation="embed",stage="worker"} 0.02',
      'alike_embedder_stage_duration_seconds_sum{operation="embed",stage="decode"} 0.005',
      'alike_embedder_stage_duration_seconds_sum{operation="embed",stage="forward"} 0.012',
    ]
  ) assert(text.includes(line), `${line}\n${text}`);
  assert(!text.includes('stage="encode"'), "a stage that there was not has no time");
  assertMatch(await pageOf(await send("GET", "/serving")), /data-latency/);
});
