/** Models that travel: the route, and a model on its way from one service to another. @module */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { AlikeClient, type JobInput, RefusedError } from "../../client.ts";
import { ExportFormatName } from "../../src/schemas/export.ts";
import { assertProblem, jsonOf, testApp } from "../support/http_client.ts";
import { fakeModel } from "../support/fakes/fake_models.ts";
import { png, ServiceClient } from "../support/service_client.ts";
import { ServiceProcess } from "../support/service_process.ts";
import { withTempDir } from "../support/temp_dir.ts";

const BYTES = { "content-type": "application/octet-stream" };

Deno.test("a file is taken as it comes, under its name or another", async () => {
  const { send, services } = testApp();
  const response = await send("POST", "/v1/models?name=mine", { headers: BYTES, body: "file" });
  const location = response.headers.get("location");
  const model = await jsonOf(response, 201);
  assertEquals(location, `/v1/models/${model.id}`);
  assertEquals([model.name, model.object], ["mine", "model"]);
  assertEquals(services.models.imported, {
    name: "mine",
    bytes: new TextEncoder().encode("file"),
  });
  await jsonOf(await send("POST", "/v1/models", { headers: BYTES, body: "file" }), 201);
  assertEquals(services.models.imported?.name, undefined);
});

Deno.test("a model that is there already is answered, and not made", async () => {
  const { send, services } = testApp();
  const model = services.models.add(fakeModel("cats", ["simclr"]));
  const response = await send("POST", "/v1/models", { headers: BYTES, body: new Uint8Array() });
  assertEquals((await jsonOf(response, 200)).id, model.id);
});

Deno.test("what cannot be a model is refused before it is read", async () => {
  const { send } = testApp({ maxUploadBytes: 10 });
  await assertProblem(await send("POST", "/v1/models", { headers: BYTES }), {
    status: 422,
    path: "body",
    rule: "must not be empty",
  });
  await assertProblem(await send("POST", "/v1/models", { headers: BYTES, body: "x".repeat(11) }), {
    status: 413,
    path: "body",
    rule: /at most 10 bytes \(ALIKE_MAX_UPLOAD_BYTES\)/,
  });
  for (const type of ["text/plain", "image/png", "application/x-www-form-urlencoded"]) {
    const headers = { "content-type": type };
    await assertProblem(await send("POST", "/v1/models", { headers, body: "x" }), {
      status: 415,
      path: "Content-Type",
      rule: /application\/octet-stream/,
    });
  }
  for (const query of ["name=a%20b", "name=", "title=x", "name=a&name=b"]) {
    const path = query.slice(0, query.indexOf("="));
    const response = await send("POST", `/v1/models?${query}`, { headers: BYTES, body: "x" });
    await assertProblem(response, { status: 422, path });
  }
});

Deno.test("a model travels from one service to another, where nothing else of it is known", async () => {
  await withTempDir(async (folder) => {
    const start = (name: string) =>
      new ServiceProcess({
        ALIKE_PORT: "0",
        ALIKE_DATA_DIR: `${folder}/${name}`,
        ALIKE_BACKEND: "wasm",
      });
    await using home = start("home");
    await using away = start("away");
    const [there, here] = await Promise.all([home.url, away.url]);
    const from = new AlikeClient({ baseUrl: there });
    const to = new AlikeClient({ baseUrl: here, retries: 0 });
    const images = await Promise.all([0, 1, 2, 3].map(async (i) => new Uint8Array(await png(i))));

    const session = await from.startSession({ encoder: { name: "small_conv", width: 4 } });
    await from.step(session, images);
    const made = await from.saveSession(session, "made");
    const file = await from.exportModel("made", "alike");
    const { vectors, digest } = await from.embed(images, { model: "made", normalize: false });

    // What is damaged on its way is refused, and leaves nothing that could be found.
    const damaged = file.slice();
    damaged[damaged.length - 4]! ^= 1;
    for (const body of [damaged, file.slice(0, -5), new Uint8Array([1, 2, 3])]) {
      const error = await to.importModel(body).then(() => null, (error) => error);
      assert(error instanceof RefusedError && error.status === 422, String(error));
    }
    assertEquals(await to.models(), []);
    const blobs = await Array.fromAsync(Deno.readDir(`${folder}/away/blobs/models`))
      .catch(() => []);
    for (const { name } of blobs) {
      assertEquals(await Array.fromAsync(Deno.readDir(`${folder}/away/blobs/models/${name}`)), []);
    }

    const model = await to.importModel(file, "arrived");
    assertEquals([model.name, model.digest, model.job], ["arrived", made.digest, null]);
    assertEquals(model.card.imported, { model: made.id, name: "made", createdAt: made.createdAt });
    assertEquals((await to.importModel(file)).id, model.id);
    const arrived = await to.embed(images, { model: "arrived", normalize: false });
    assertEquals(arrived.digest, digest);
    for (const [i, vector] of arrived.vectors.entries()) {
      vector.forEach((x, j) => assertAlmostEquals(x, vectors[i]![j]!, 1e-5));
    }

    // Whatever is done with models copes with one whose data set and job are elsewhere.
    for (const path of ["", "/card"]) {
      const response = await fetch(`${here}/v1/models/${model.id}${path}`);
      assertEquals(response.status, 200, await response.text());
    }
    for (const path of ["/", "/models", `/models/${model.id}`]) {
      const response = await fetch(here + path);
      assertEquals(response.status, 200, await response.text());
    }
    for (const format of ExportFormatName.options) {
      assert((await to.exportModel(model.id, format)).length > 1000, format);
    }
    const client = new ServiceClient(here);
    const judge: JobInput = { type: "evaluate", model: "arrived", protocols: ["knn"] };
    const refused = await to.submit(judge).then(() => null, (error) => error);
    assert(refused instanceof RefusedError && refused.status === 422, String(refused));
    await client.import("shapes", 0, 40);
    await client.import("others", 1000, 24);
    const job = await to.submit({ ...judge, train: "shapes", dataset: "others" });
    assertEquals((await to.done(job.id)).state, "succeeded");
    assertEquals((await to.model("arrived")).evaluations.length, 1);
    for (const service of [home, away]) {
      service.kill("SIGTERM");
      assertEquals(await service.ended(), 0);
    }
  });
});
