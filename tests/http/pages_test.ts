import { assert, assertEquals, assertMatch } from "@std/assert";
import { fakeModel } from "../support/fakes/fake_models.ts";
import { assertProblem, jsonOf, testApp } from "../support/http_client.ts";

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
  const missing = await pageOf(await send("GET", "/datasets/%3Cb%3Ex"), 404);
  assertMatch(missing, /There is no such thing/);
  assert(!missing.includes("<b>x"));
});

Deno.test("the dashboard's files come from the service, and no other file does", async () => {
  const { send } = testApp();
  for (const file of ["style.css", "upload.js", "icon.svg", "uplot.js", "uplot.css"]) {
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
