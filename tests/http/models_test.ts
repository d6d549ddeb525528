import { assert, assertEquals, assertMatch } from "@std/assert";
import { Model } from "../../src/schemas/model.ts";
import { fakeModel } from "../support/fakes/fake_models.ts";
import { judgedModel } from "../support/judged_model.ts";
import { assertProblem, jsonOf, testApp } from "../support/http_client.ts";

Deno.test("models are listed and read by any of their names, in OpenAI's shape", async () => {
  const { send, services } = testApp();
  const model = services.models.add(fakeModel("cats", ["simclr"]));
  await services.models.setAlias("default", model.id);
  const { object, data } = await jsonOf(await send("GET", "/v1/models"));
  assertEquals(object, "list");
  assertEquals(Model.parse(data[0]), model);
  assertEquals(data[0].object, "model");
  assertEquals(data[0].created, Date.parse(model.createdAt) / 1000);
  assertEquals(data[0].owned_by, "alike");
  for (const reference of [model.id, "default", model.digest, "cats"]) {
    const found = await jsonOf(await send("GET", `/v1/models/${reference}`));
    assertEquals(found, { ...data[0], evaluations: [] });
  }
});

Deno.test("a model is deleted by its id, unless an alias points to it", async () => {
  const { send, services } = testApp();
  const model = services.models.add(fakeModel("cats", ["simclr"]));
  await services.models.setAlias("default", model.id);
  await assertProblem(await send("DELETE", `/v1/models/${model.id}`), { status: 409 });
  await assertProblem(await send("DELETE", "/v1/models/cats"), {
    status: 422,
    path: "model",
    rule: /must be an id/,
    value: "cats",
  });
  const other = services.models.add(fakeModel("dogs", ["simclr"]));
  assertEquals(await jsonOf(await send("DELETE", `/v1/models/${other.id}`)), {
    id: other.id,
    object: "model",
    deleted: true,
  });
  await assertProblem(await send("GET", `/v1/models/${other.id}`), { status: 404 });
  await assertProblem(await send("DELETE", `/v1/models/${other.id}`), { status: 404 });
});

Deno.test("a model is exported as a file, in a form that must be a known one", async () => {
  const { send, services } = testApp();
  services.models.add(fakeModel("cats", ["simclr"]));
  const response = await send("GET", "/v1/models/cats/export?format=onnx");
  assertEquals(response.status, 200);
  assertEquals(response.headers.get("content-type"), "application/octet-stream");
  assertEquals(
    response.headers.get("content-disposition"),
    'attachment; filename="cats.onnx"',
  );
  assertEquals(await response.text(), "cats as onnx");
  const refused = { status: 422, path: "format" };
  await assertProblem(await send("GET", "/v1/models/cats/export?format=pickle"), {
    ...refused,
    rule: /must be one of "alike", "onnx", "safetensors", "tfjs"/,
    value: "pickle",
  });
  await assertProblem(await send("GET", "/v1/models/cats/export"), { ...refused, rule: /given/ });
  await assertProblem(await send("GET", "/v1/models/cats/export?format=onnx&opset=9"), {
    status: 422,
    path: "opset",
  });
  await assertProblem(await send("GET", "/v1/models/dogs/export?format=onnx"), { status: 404 });
});

Deno.test("an alias is made, moved and listed", async () => {
  const { send, services } = testApp();
  const [a, b] = ["cats", "dogs"].map((name) => services.models.add(fakeModel(name, ["simclr"])));
  const put = async (model: string) => await send("PUT", "/v1/aliases/best", { json: { model } });
  assertEquals((await jsonOf(await put(a!.id))).model, a!.id);
  assertEquals((await jsonOf(await put("dogs"))).model, b!.id);
  const { data } = await jsonOf(await send("GET", "/v1/aliases"));
  assertEquals(data.map(({ name, model }: { name: string; model: string }) => [name, model]), [
    ["best", b!.id],
  ]);
});

Deno.test("bad aliases and references are named", async () => {
  const { send } = testApp();
  const put = async (name: string, json: unknown) =>
    await send("PUT", `/v1/aliases/${name}`, { json });
  await assertProblem(await put("best", { model: "birds" }), { status: 404, path: "model" });
  await assertProblem(await put("best", {}), { status: 422, path: "model", rule: /given/ });
  await assertProblem(await put("best", { model: 5 }), { status: 422, path: "model", value: 5 });
  await assertProblem(await put("a%2Fb", { model: "x" }), {
    status: 422,
    path: "name",
    value: "a/b",
  });
  await assertProblem(await send("GET", "/v1/models/..%5c..%5csecret"), {
    status: 422,
    path: "model",
  });
  await assertProblem(await send("GET", "/v1/models/birds"), { status: 404 });
});

Deno.test("a card is a page that runs, loads and trusts nothing", async () => {
  const { send, services } = testApp();
  const { evaluations, ...model } = judgedModel();
  services.models.add(model);
  services.models.reports = evaluations;
  const response = await send("GET", `/v1/models/${model.id}/card`);
  const text = await response.text();
  assertEquals(response.status, 200);
  const policy = response.headers.get("content-security-policy")!;
  assertMatch(policy, /^default-src 'none'; style-src 'sha256-[\w+/=]+';/);
  // What people name is text, never markup.
  assert(text.includes("cifar-simclr-&lt;b&gt;") && text.includes("&lt;truck&gt;"));
  for (const markup of [/<script/, /<b>cifar/, /<truck>/, /\bstyle="/, /\bhref=/, /\bsrc=/]) {
    assert(!markup.test(text), String(markup));
  }
  for (const words of ["47.5 %", "46.1 – 48.9", "Supervised minus linear probe: +30.0 points"]) {
    assert(text.includes(words), words);
  }
  // A bare card is one too.
  const bare = services.models.add(fakeModel("bare", ["simclr"]));
  services.models.reports = [];
  assertMatch(await (await send("GET", `/v1/models/${bare.id}/card`)).text(), /was not judged/);
  await assertProblem(await send("GET", "/v1/models/none/card"), { status: 404 });
});

Deno.test("a model that serves another block is made from one that is there", async () => {
  const { send, services } = testApp();
  const source = services.models.add(fakeModel("cats", ["simclr"]));
  const response = await send("POST", "/v1/models", { json: { from: "cats", block: 1 } });
  const location = response.headers.get("location");
  const made = await jsonOf(response, 201);
  assertEquals(location, `/v1/models/${made.id}`);
  assertEquals([made.name, made.spec.block, made.object], ["cats-block1", 1, "model"]);
  assert(made.id !== source.id && made.digest !== source.digest);
  const cases: [object, string, RegExp][] = [
    [{ block: 1 }, "from", /given/],
    [{ from: "cats" }, "block", /given/],
    [{ from: "cats", block: -1 }, "block", /at least 0/],
    [{ from: "cats", block: 1.5 }, "block", /whole number/],
    [{ from: "cats", block: "1" }, "block", /a number/],
    [{ from: "cats", block: 1, name: "a/b" }, "name", /letter/],
    [{ from: "cats", stage: 1, block: 1 }, "stage", /known field/],
  ];
  for (const [json, path, rule] of cases) {
    await assertProblem(await send("POST", "/v1/models", { json }), { status: 422, path, rule });
  }
  const json = { from: "dogs", block: 1 };
  await assertProblem(await send("POST", "/v1/models", { json }), { status: 404 });
});
