import { assert, assertEquals, assertMatch } from "@std/assert";
import { Info } from "../../src/schemas/info.ts";
import { fakeModel } from "../support/fakes/fake_models.ts";
import { jsonOf, testApp } from "../support/http_client.ts";

Deno.test("health says that the process is alive, whatever else is not", async () => {
  const { send, services } = testApp();
  services.embedder.ready = false;
  services.models.aliases = () => Promise.reject(new Error("gone"));
  assertEquals(await jsonOf(await send("GET", "/health")), { status: "ok" });
});

Deno.test("ready without a model, with the self-test passed", async () => {
  const { send, services } = testApp();
  assertEquals(await jsonOf(await send("GET", "/ready")), {
    ready: true,
    reasons: [],
    model: null,
  });
  const model = services.models.add(fakeModel("cats", ["simclr"]));
  await services.models.setAlias("default", model.id);
  assertEquals((await jsonOf(await send("GET", "/ready"))).model, model.id);
});

Deno.test("not ready says why", async () => {
  const { send, services } = testApp();
  services.embedder.ready = false;
  services.models.aliases = () => Promise.reject(new Error("disk on fire"));
  services.stop();
  const { ready, reasons } = await jsonOf(await send("GET", "/ready"), 503);
  assertEquals(ready, false);
  assertEquals(reasons, [
    "the service is stopping",
    "embedder: the self-test failed: Conv2D",
    "the database does not answer",
  ]);
});

Deno.test("info holds versions, backend, self-test and limits, and no secret", async () => {
  const key = "0123456789abcdef";
  const { send } = testApp({ apiKeys: [key], maxQueue: 99 });
  const response = await send("GET", "/info", { headers: { authorization: `Bearer ${key}` } });
  const info = Info.parse(await jsonOf(response));
  assertEquals(info.version, "1.2.3");
  assertEquals(info.backend?.name, "wasm");
  assertEquals(info.limits.imagesPerRequest, 99);
  assert(!JSON.stringify(info).includes(key));
});

Deno.test("metrics count requests by route, the embedder and the jobs", async () => {
  const { send, services } = testApp();
  await send("POST", "/v1/datasets?name=cats", { body: "x" });
  await send("POST", "/v1/jobs", { json: { type: "train", dataset: "cats" } });
  services.embedder.images = 42;
  await send("GET", "/v1/models/a");
  await send("GET", "/v1/models/b");
  await send("GET", "/nope-1");
  await send("BREW", "/nope-2");
  const response = await send("GET", "/metrics");
  assertMatch(response.headers.get("content-type")!, /^text\/plain; version=0\.0\.4/);
  const text = await response.text();
  const value = (name: string) =>
    Number(text.split("\n").find((line) => line.startsWith(`${name} `))?.split(" ")[1]);
  const requests = (method: string, route: string, status: number) =>
    value(`alike_http_requests_total{method="${method}",route="${route}",status="${status}"}`);
  assertEquals(requests("GET", "/v1/models/:model", 404), 2);
  assertEquals(requests("POST", "/v1/jobs", 202), 1);
  assertEquals(requests("GET", "none", 404), 1);
  assertEquals(requests("OTHER", "none", 404), 1);
  assertEquals(
    value('alike_http_request_duration_seconds_count{method="GET",route="/v1/models/:model"}'),
    2,
  );
  assertEquals(value("alike_embedder_images_total"), 42);
  assertEquals(value("alike_embedder_queue_images"), 3);
  assertEquals(value("alike_embedder_ready"), 1);
  assertEquals(value("alike_embedder_tensor_bytes"), 120);
  assertEquals(value("alike_embedder_heap_bytes"), 1000);
  assert(value("alike_main_heap_used_bytes") > 1e5);
  assertEquals(value('alike_jobs{state="queued"}'), 1);
  assertEquals(value('alike_jobs{state="failed"}'), 0);
  assertEquals(value('alike_info{version="1.2.3"}'), 1);
  assert(value("process_resident_memory_bytes") > 1e6);
  assert(Math.abs(value("process_start_time_seconds") - Date.now() / 1000) < 3600);
});

Deno.test("two applications count apart", async () => {
  const [a, b] = [testApp(), testApp()];
  await a.send("GET", "/v1/models");
  assert(!(await (await b.send("GET", "/metrics")).text()).includes("/v1/models"));
});
