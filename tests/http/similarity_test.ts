import { assertAlmostEquals, assertEquals } from "@std/assert";
import { cosineSimilarity } from "../../routes/cosine_similarity.ts";
import { SimilarityResponse } from "../../src/schemas/similarity.ts";
import { fakeEmbedding } from "../support/fakes/fake_embedder.ts";
import { fakeModel } from "../support/fakes/fake_models.ts";
import {
  assertProblem,
  jsonOf,
  PIXEL,
  PIXEL_BYTES,
  PIXEL_URI,
  testApp,
} from "../support/http_client.ts";

/** By the definition, with no care for speed or range. */
function cosine(a: number[], b: number[]): number {
  const dot = (x: number[], y: number[]) => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

function assertMatrix(actual: number[][], a: number[][], b: number[][]): void {
  assertEquals(actual.map((row) => row.length), a.map(() => b.length));
  a.forEach((x, i) => b.forEach((y, j) => assertAlmostEquals(actual[i]![j]!, cosine(x, y), 1e-12)));
}

Deno.test("cosines are those of the definition", async () => {
  const a = [[1, 2, 3], [-4, 0.5, 2], [0, 0, -7]];
  const b = [[3, 2, 1], [1e-3, -5, 12]];
  assertMatrix(await cosineSimilarity(a), a, a);
  assertMatrix(await cosineSimilarity(a, b), a, b);
});

Deno.test("cosines of numbers whose squares leave the range of doubles are right", async () => {
  const [[, huge], [, tiny]] = await Promise.all([
    cosineSimilarity([[1, 0]], [[1, 0], [1e300, 1e300]]).then(([row]) => row!),
    cosineSimilarity([[1, 0]], [[1, 0], [1e-300, 1e-300]]).then(([row]) => row!),
  ]);
  assertAlmostEquals(huge!, Math.SQRT1_2, 1e-12);
  assertAlmostEquals(tiny!, Math.SQRT1_2, 1e-12);
});

Deno.test("a large matrix lets others have their turn", async () => {
  const rows = Array.from({ length: 200 }, (_, i) => Array.from({ length: 512 }, (_, j) => i ^ j));
  rows[0]![0] = 1;
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  await cosineSimilarity(rows);
  clearInterval(timer);
  assertEquals(turns > 0, true);
});

async function withModel() {
  const test = testApp();
  const model = test.services.models.add(fakeModel("cats", ["simclr"]));
  await test.services.models.setAlias("default", model.id);
  return { ...test, model };
}

Deno.test("images are compared with each other and with others", async () => {
  const { send, model } = await withModel();
  const other = new Uint8Array([...PIXEL_BYTES, 9, 200, 30]);
  const [x, y] = [fakeEmbedding(PIXEL_BYTES), fakeEmbedding(other)];
  const among = await jsonOf(
    await send("POST", "/v1/similarity", { json: { input: [PIXEL_URI, other.toBase64()] } }),
  );
  SimilarityResponse.parse(among);
  assertMatrix(among.similarity, [x, y], [x, y]);
  assertEquals(among.digest, model.digest);
  const between = await jsonOf(
    await send("POST", "/v1/similarity", {
      json: { model: "cats", a: [PIXEL], b: [PIXEL, other.toBase64()] },
    }),
  );
  assertMatrix(between.similarity, [x], [x, y]);
});

Deno.test("vectors are compared with each other and with others of the same model", async () => {
  const { send } = testApp();
  const embeddings = [[1, 0], [3, 4]];
  const among = await jsonOf(await send("POST", "/v1/similarity", { json: { embeddings } }));
  assertEquals(Object.keys(among), ["similarity"]);
  assertMatrix(among.similarity, embeddings, embeddings);
  const json = { a: { digest: "d", embeddings }, b: { digest: "d", embeddings: [[1, 1]] } };
  const between = await jsonOf(await send("POST", "/v1/similarity", { json }));
  assertMatrix(between.similarity, embeddings, [[1, 1]]);
  assertEquals(between.digest, "d");
});

Deno.test("vectors of different models do not compare", async () => {
  const { send } = testApp();
  const side = (digest: string) => ({ digest, embeddings: [[1, 2]] });
  await assertProblem(
    await send("POST", "/v1/similarity", { json: { a: side("d"), b: side("e") } }),
    { status: 409, path: "b.digest", rule: "must be that of a, d", value: "e" },
  );
});

Deno.test("what cannot be compared is named", async () => {
  const { send } = await withModel();
  const zero = "must not be all zeros: it has no direction";
  const cases: [object, string, string | RegExp][] = [
    [{}, "input", "must be given"],
    [{ input: [] }, "input", "must have at least 1 item"],
    [{ input: PIXEL }, "input", "must be a list"],
    [{ input: [PIXEL], modle: "cats" }, "modle", "is not a known field"],
    [{ input: [PIXEL, "text"] }, "input[1]", /must be a JPEG/],
    [{ a: [PIXEL], b: ["text"] }, "b[0]", /must be a JPEG/],
    [{ a: [PIXEL], b: ["é"] }, "b[0]", /must be an image/],
    [{ a: ["http://a"], b: [PIXEL] }, "a[0]", /never fetched/],
    [{ a: [PIXEL] }, "b", "must be given"],
    [{ embeddings: [[1, 2], [0, 0]] }, "embeddings[1]", zero],
    [{ embeddings: [[1, 2], [1]] }, "embeddings[1]", /as many numbers as the first row, 2/],
    [{ embeddings: [[1, "2"]] }, "embeddings[0][1]", "must be a finite number"],
    [{ embeddings: [[1, null]] }, "embeddings[0][1]", "must be a finite number"],
    [{ embeddings: [[1e20, 0]] }, "embeddings[0]", /Euclidean length/],
    [{ embeddings: [[]] }, "embeddings[0]", "must have at least 1 item"],
    [{ embeddings: [5] }, "embeddings[0]", "must be a list"],
    [{ embeddings: Array(1001).fill([1]) }, "embeddings", "must have at most 1000 items"],
    [{ embeddings: [Array(4097).fill(1)] }, "embeddings[0]", "must have at most 4096 items"],
    [
      { a: { digest: "d", embeddings: [[1, 2]] }, b: { digest: "d", embeddings: [[1]] } },
      "b.embeddings[0]",
      /as many numbers as the rows of a, 2/,
    ],
    [{ a: { digest: "d", embeddings: [[1]] }, b: { embeddings: [[1]] } }, "b.digest", /given/],
  ];
  for (const [json, path, rule] of cases) {
    await assertProblem(await send("POST", "/v1/similarity", { json }), {
      status: 422,
      path,
      rule,
    });
  }
  for (const number of ["1e999", "-1e999"]) {
    await assertProblem(
      await send("POST", "/v1/similarity", {
        headers: { "content-type": "application/json" },
        body: `{"embeddings":[[1,${number}]]}`,
      }),
      { status: 422, path: "embeddings[0][1]", value: String(Number(number)) },
    );
  }
});

Deno.test("an image whose embedding is all zeros has no cosine", async () => {
  const { send, services } = await withModel();
  services.embedder.embed = () =>
    Promise.resolve({ embeddings: new Float32Array([1, 0, 0, 0]), dimensions: 2 });
  await assertProblem(
    await send("POST", "/v1/similarity", { json: { a: [PIXEL], b: [PIXEL_URI] } }),
    { status: 422, path: "b[0]", rule: /all zeros/, value: `${PIXEL_URI.slice(0, 100)}…` },
  );
});

Deno.test("files of a form are compared with each other", async () => {
  const { send } = await withModel();
  const form = new FormData();
  for (const name of ["a.png", "b.png"]) form.append("input", new File([PIXEL_BYTES], name));
  const { similarity, digest } = await jsonOf(
    await send("POST", "/v1/similarity", { body: form }),
    200,
  );
  assertEquals(similarity.length, 2);
  assertAlmostEquals(similarity[0][1], 1, 1e-6);
  assertEquals(typeof digest, "string");
  const empty = new FormData();
  empty.append("model", "default");
  await assertProblem(await send("POST", "/v1/similarity", { body: empty }), {
    status: 422,
    path: "input",
  });
  const extra = new FormData();
  extra.append("input", new File([PIXEL_BYTES], "a.png"));
  extra.append("colour", "red");
  await assertProblem(await send("POST", "/v1/similarity", { body: extra }), {
    status: 422,
    path: "colour",
  });
});
