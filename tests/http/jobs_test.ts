import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Job, type TrainJob } from "../../src/schemas/job.ts";
import { JobPlan } from "../../src/schemas/job_plan.ts";
import { recipePreset } from "../../src/schemas/recipe_presets.ts";
import { assertProblem, jsonOf, PIXEL_BYTES, testApp } from "../support/http_client.ts";

const body = { type: "train", dataset: "cats", steps: 10 };

async function withDataset() {
  const test = testApp();
  await test.send("POST", "/v1/datasets?name=cats", { body: PIXEL_BYTES });
  return test;
}

Deno.test("a job is queued with every default filled in", async () => {
  const { send } = await withDataset();
  const response = await send("POST", "/v1/jobs", { json: body });
  const location = response.headers.get("location");
  const job = Job.parse(await jsonOf(response, 202)) as TrainJob;
  assertEquals(location, `/v1/jobs/${job.id}`);
  assertEquals(job.state, "queued");
  assertEquals(job.spec.encoder, { name: "resnet8", width: 16 });
  assertEquals(job.spec.objectives[0]!.spec.name, "simclr");
  assertEquals(await jsonOf(await send("GET", location!)), job);
});

Deno.test("names alone stand for objectives and encoders with their defaults", async () => {
  const { send } = await withDataset();
  const json = { ...body, objective: "rotation", encoder: "small_conv" };
  const job = await jsonOf(await send("POST", "/v1/jobs", { json }), 202);
  assertEquals(job.spec.encoder, { name: "small_conv", width: 16 });
  assertEquals(job.spec.objectives, [{ spec: { name: "rotation", rotations: 4 }, weight: 1 }]);
});

Deno.test("what a recipe leaves out keeps its preset's value", async () => {
  const { send } = await withDataset();
  const json = { ...body, recipe: { preset: "simclr-gray", augment: { flip: 0.25 } } };
  const job = await jsonOf(await send("POST", "/v1/jobs", { json }), 202);
  assertEquals(job.spec.recipe.augment.flip, 0.25);
  assertEquals(job.spec.recipe.augment.crop.area, recipePreset("simclr-gray").augment.crop?.area);
  assertEquals(job.spec.recipe.augment.jitter.saturation, 0);
});

Deno.test("jobs are listed newest first, by state", async () => {
  const { send } = await withDataset();
  const first = await jsonOf(await send("POST", "/v1/jobs", { json: body }), 202);
  const second = await jsonOf(await send("POST", "/v1/jobs", { json: body }), 202);
  await send("POST", `/v1/jobs/${first.id}/cancel`);
  const ids = async (query: string) =>
    (await jsonOf(await send("GET", `/v1/jobs${query}`))).data.map((job: Job) => job.id);
  assertEquals(await ids(""), [second.id, first.id]);
  assertEquals(await ids("?limit=1"), [second.id]);
  assertEquals(await ids("?state=cancelled"), [first.id]);
});

Deno.test("a job is paused, resumed and cancelled, and not from states that do not allow it", async () => {
  const { send } = await withDataset();
  const { id } = await jsonOf(await send("POST", "/v1/jobs", { json: body }), 202);
  const control = async (action: string) => await send("POST", `/v1/jobs/${id}/${action}`);
  await assertProblem(await control("resume"), { status: 409, code: "conflict" });
  assertEquals((await jsonOf(await control("pause"))).state, "paused");
  assertEquals((await jsonOf(await control("resume"))).state, "queued");
  assertEquals((await jsonOf(await control("cancel"))).state, "cancelled");
  await assertProblem(await control("cancel"), { status: 409 });
});

Deno.test("a job that has ended is extended, one that has not is not, and bad lengths are named", async () => {
  const { send, services } = await withDataset();
  const { id } = await jsonOf(await send("POST", "/v1/jobs", { json: body }), 202);
  const extend = async (json: object) => await send("POST", `/v1/jobs/${id}/extend`, { json });
  await assertProblem(await extend({ steps: 5 }), { status: 409, code: "conflict" });
  services.jobs.setState(id, "succeeded");
  const cases: [object, string, RegExp][] = [
    [{}, "epochs", /exactly one of epochs, steps and minutes/],
    [{ steps: 5, minutes: 1 }, "epochs", /exactly one of/],
    [{ steps: 0 }, "steps", /at least 1/],
    [{ steps: 1.5 }, "steps", /whole number/],
    [{ epochs: -1 }, "epochs", /above 0|more than 0|greater than 0/],
    [{ minutes: "5" }, "minutes", /number/],
    [{ hours: 5 }, "hours", /known field/],
  ];
  for (const [json, path, rule] of cases) {
    await assertProblem(await extend(json), { status: 422, path, rule });
  }
  const job = Job.parse(await jsonOf(await extend({ steps: 5 }), 202));
  assert(job.type === "train");
  assertEquals([job.state, job.spec.extensions], ["queued", [{ steps: 5 }]]);
});

Deno.test("losses are answered from a step on, at most so many", async () => {
  const { send } = await withDataset();
  const { id } = await jsonOf(await send("POST", "/v1/jobs", { json: body }), 202);
  const losses = async (query: string) => await send("GET", `/v1/jobs/${id}/losses${query}`);
  assertEquals(await jsonOf(await losses("")), { from: 1, total: 3, losses: [3, 2, 1] });
  assertEquals(await jsonOf(await losses("?from=2&limit=1")), { from: 2, total: 3, losses: [2] });
  for (const [query, path] of [["?from=0", "from"], ["?limit=0", "limit"], ["?from=x", "from"]]) {
    await assertProblem(await losses(query!), { status: 422, path: path! });
  }
});

Deno.test("running jobs are counted by the verdict on their health", async () => {
  const { send, services } = await withDataset();
  const { id } = await jsonOf(await send("POST", "/v1/jobs", { json: body }), 202);
  services.jobs.setState(id, "running");
  const text = await (await send("GET", "/metrics")).text();
  assertStringIncludes(text, 'alike_jobs_running_by_verdict{verdict="warming-up"} 1');
  assertStringIncludes(text, 'alike_jobs_running_by_verdict{verdict="diverged"} 0');
});

Deno.test("auto-stop is off unless asked for, and bad ones are named", async () => {
  const { send } = await withDataset();
  const submit = async (autoStop: unknown) =>
    await send("POST", "/v1/jobs", { json: { ...body, autoStop } });
  assertEquals((await submit(false)).status, 202);
  assertEquals((await submit({})).status, 202);
  for (
    const [autoStop, path] of [
      [{ on: [] }, "autoStop.on"],
      [{ on: ["plateau", "plateau"] }, "autoStop.on"],
      [{ on: ["learning"] }, "autoStop.on[0]"],
      [{ patience: -1 }, "autoStop.patience"],
      [{ patients: 1 }, "autoStop.patients"],
      [true, "autoStop"],
    ] as const
  ) {
    await assertProblem(await submit(autoStop), { status: 422, path });
  }
});

Deno.test("metrics are the progress events on record", async () => {
  const { send, services } = await withDataset();
  const { id } = await jsonOf(await send("POST", "/v1/jobs", { json: body }), 202);
  const progress = {
    phase: "training" as const,
    step: 1,
    totalSteps: 10,
    epoch: 0.1,
    fraction: 0.1,
    secondsLeft: null,
    viewsPerSecond: 100,
    learningRate: 0.1,
    metrics: { loss: 3 },
  };
  services.jobs.emit(id, { type: "progress", data: progress });
  const { data } = await jsonOf(await send("GET", `/v1/jobs/${id}/metrics`));
  assertEquals(data.length, 1);
  assertEquals(data[0].data, progress);
  await assertProblem(await send("GET", `/v1/jobs/${id}/metrics?limit=0`), {
    status: 422,
    path: "limit",
  });
});

Deno.test("a bad job says which field breaks which rule", async () => {
  const { send } = await withDataset();
  const cases: [object, string, string | RegExp, unknown][] = [
    [{}, "type", "must be given", null],
    [{ type: "train" }, "dataset", "must be given", null],
    [
      { ...body, type: "tarin" },
      "type",
      'must be one of "train", "evaluate", "index", "tournament"',
      "tarin",
    ],
    [{ ...body, dataset: 5 }, "dataset", "must be a string", 5],
    [{ ...body, batchSize: 1 }, "batchSize", "must be at least 2", 1],
    [{ ...body, batchSize: 2.5 }, "batchSize", "must be a whole number", 2.5],
    [{ ...body, batchSize: "256" }, "batchSize", "must be a number", "256"],
    [{ ...body, batchSize: null }, "batchSize", "must be a number", null],
    [{ ...body, seed: -1 }, "seed", "must be at least 0", -1],
    [{ ...body, seed: 2 ** 32 }, "seed", /at most/, 2 ** 32],
    [{ ...body, epochs: 1 }, "epochs", /only one of/, 1],
    [{ ...body, stpes: 3 }, "stpes", "is not a known field", 3],
    [{ ...body, encoder: "resnet9" }, "encoder", /"resnet8"/, "resnet9"],
    [{ ...body, encoder: { name: "resnet9" } }, "encoder.name", /one of "resnet8"/, null],
    [{ ...body, encoder: { name: "resnet8", wdith: 3 } }, "encoder.wdith", /known field/, 3],
    [
      { ...body, objective: { name: "simclr", temperature: 0 } },
      "objective.temperature",
      /0.01/,
      0,
    ],
    [{ ...body, heads: [{ objective: "simclr" }] }, "heads[0].objective", /differ/, "simclr"],
    [
      { ...body, recipe: { augment: { crop: { area: [0.5, 2] } } } },
      "recipe.augment.crop.area[1]",
      "must be at most 1",
      2,
    ],
    [{ ...body, recipe: { augment: { cropp: null } } }, "recipe.augment.cropp", /known/, null],
    [
      { ...body, recipe: { optimizer: { name: "lars", trust: 2 } } },
      "recipe.optimizer.trust",
      "must be at most 1",
      2,
    ],
    [
      { ...body, recipe: { optimizer: { name: "adamw", scaling: "cubic" } } },
      "recipe.optimizer.scaling",
      /"none", "linear"/,
      "cubic",
    ],
    [
      { ...body, recipe: { schedule: { warmup: 0.1, warmupEpochs: 2 } } },
      "recipe.schedule.warmupEpochs",
      "must be left out where warmup is given",
      2,
    ],
    [{ ...body, recipe: "simclr" }, "recipe", /"simclr-cifar"/, "simclr"],
    [{ ...body, "a b\n": 1 }, '["a b\\n"]', "is not a known field", 1],
  ];
  for (const [json, path, rule, value] of cases) {
    const problem = await assertProblem(await send("POST", "/v1/jobs", { json }), {
      status: 422,
      path,
      rule,
    });
    if (path !== "encoder.name") {
      assertEquals(problem.errors.find((fault) => fault.path === path)!.value, value, path);
    }
  }
  assertEquals((await jsonOf(await send("GET", "/v1/jobs"))).data, []);
});

Deno.test("a job on a data set that is not there answers 404", async () => {
  const { send } = testApp();
  await assertProblem(await send("POST", "/v1/jobs", { json: body }), { status: 404 });
});

Deno.test("ids of jobs have a form, and those that have it may be unknown", async () => {
  const { send } = testApp();
  for (const path of ["", "/events", "/metrics", "/losses"]) {
    await assertProblem(await send("GET", `/v1/jobs/1%27%20OR%201=1${path}`), {
      status: 422,
      path: "id",
      rule: /job_/,
    });
    await assertProblem(await send("GET", `/v1/jobs/job_0000000000000000${path}`), { status: 404 });
  }
  for (const action of ["pause", "resume", "cancel"]) {
    await assertProblem(await send("POST", `/v1/jobs/job_0000000000000000/${action}`), {
      status: 404,
    });
  }
  await assertProblem(await send("GET", "/v1/jobs?state=done"), {
    status: 422,
    path: "state",
    rule: /"queued"/,
    value: "done",
  });
});

Deno.test("a plan is answered and nothing is queued; a bad one is refused by its field", async () => {
  const { send } = await withDataset();
  const plan = (more: object) =>
    send("POST", "/v1/jobs/plan", { json: { type: "train", dataset: "cats", ...more } });
  JobPlan.parse(await jsonOf(await plan({ batchSize: 8, chunkSize: 4 })));
  assertEquals((await jsonOf(await send("GET", "/v1/jobs"))).data, []);
  const faults: [object, string, RegExp][] = [
    [{ chunkSize: 1 }, "chunkSize", /at least 2/],
    [{ chunkSize: "all" }, "chunkSize", /number/],
    [{ batchSize: 1e6 }, "batchSize", /at most 8192/],
    [{ type: "evaluate" }, "type", /train/],
    [{ batches: 2 }, "batches", /known field/],
  ];
  for (const [more, path, rule] of faults) {
    await assertProblem(await plan(more), { status: 422, path, rule });
  }
  await assertProblem(await plan({ dataset: "nowhere" }), { status: 404 });
});
