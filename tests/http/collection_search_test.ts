/** Searches over fakes: how queries may come, and a collection that changes in between. @module */
import { assertEquals } from "@std/assert";
import { fakeModel } from "../support/fakes/fake_models.ts";
import { assertProblem, jsonOf, PIXEL, PIXEL_BYTES, testApp } from "../support/http_client.ts";

async function prepared() {
  const test = testApp();
  await test.send("POST", "/v1/datasets?name=cats", { body: PIXEL_BYTES });
  const model = test.services.models.add(fakeModel("cats", ["simclr"]));
  const json = { name: "cats", dataset: "cats", model: "cats" };
  await jsonOf(await test.send("POST", "/v1/collections", { json }), 202);
  const search = (init: Parameters<typeof test.send>[2], query = "") =>
    test.send("POST", `/v1/collections/cats/search${query}`, init);
  return { ...test, model, search };
}

Deno.test("a search that meets a swap is answered by the new vectors", async () => {
  const { services, search, model } = await prepared();
  services.collections.beforeSearch = () => services.collections.swap("cats");
  const answer = await jsonOf(await search({ json: { input: PIXEL } }));
  assertEquals([answer.digest, answer.results[0].length], [model.digest, 1]);
  await assertProblem(await search({ json: { items: ["none"] } }), { status: 404 });
});

Deno.test("filters come as JSON, as a field of a form, or in the query of an image", async () => {
  const { services, search } = await prepared();
  const filter = { label: { in: ["cat"] }, metadata: { year: 2026 } };
  const headers = { "content-type": "image/png" };
  const form = new FormData();
  form.set("file", new File([PIXEL_BYTES], "a.png"));
  form.set("filter", JSON.stringify(filter));
  const text = encodeURIComponent(JSON.stringify(filter));
  for (
    const send of [
      () => search({ json: { items: ["0"], filter } }),
      () => search({ body: form }),
      () => search({ headers, body: PIXEL_BYTES }, `?k=3&filter=${text}`),
    ]
  ) {
    services.collections.lastFilter = undefined;
    await jsonOf(await send());
    assertEquals(services.collections.lastFilter, filter);
  }
  for (const [junk, path] of [["{", "filter"], ['{"x":1}', "filter.x"], ["1", "filter"]] as const) {
    const response = await search({ headers, body: PIXEL_BYTES }, `?filter=${encodeURI(junk)}`);
    await assertProblem(response, { status: 422, path });
  }
});

Deno.test("exactly one of images, vectors and items is searched by", async () => {
  const { search, model } = await prepared();
  const vectors = { digest: model.digest, embeddings: [[1, 0, 0, 0]] };
  for (
    const json of [{}, { k: 3 }, { input: PIXEL, items: ["0"] }, { vectors, items: ["0"] }]
  ) {
    await assertProblem(await search({ json }), { status: 422, path: "input" });
  }
  const { results } = await jsonOf(await search({ json: { vectors } }));
  assertEquals(results[0][0], { id: "0", label: "cat", name: "cat/0.png", metadata: {}, score: 1 });
  await assertProblem(await search({ json: { items: Array(65).fill("0") } }), {
    status: 422,
    path: "items",
  });
  const zeros = { ...vectors, embeddings: [[0, 0, 0, 0]] };
  await assertProblem(await search({ json: { vectors: zeros } }), {
    status: 422,
    path: "vectors.embeddings[0]",
  });
});

Deno.test("an alias is promoted only beside a model of before, by a data set that can say", async () => {
  const { send, model } = await prepared();
  const promote = (json: unknown) => send("POST", "/v1/aliases/live", { json });
  const canary = { dataset: "cats" };
  await assertProblem(await promote({ model: model.id, canary }), { status: 409, path: "canary" });
  await jsonOf(await promote({ model: model.id }));
  // The data set has one item.
  await assertProblem(await promote({ model: model.id, canary }), {
    status: 422,
    path: "canary.k",
    value: 10,
  });
  for (const wrong of [{}, { dataset: "cats", collection: "cats" }]) {
    await assertProblem(await promote({ model: model.id, canary: wrong }), {
      status: 422,
      path: "canary.dataset",
    });
  }
  await assertProblem(await promote({ model: model.id, canary: { collection: "none" } }), {
    status: 404,
  });
});
