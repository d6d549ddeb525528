import { assert, assertEquals } from "@std/assert";
import { classifyByNeighbours, kthLargest } from "../../../src/evaluation/knn.ts";
import { Random } from "../../../src/random.ts";
import { selectBackend } from "../../../src/tensor/backend.ts";

const pause = () => Promise.resolve();

Deno.test("kthLargest agrees with sorting", () => {
  const stream = new Random(1).stream("values");
  for (const n of [1, 2, 7, 100]) {
    const values = Float32Array.from({ length: n }, () => stream.normal());
    const sorted = [...values].sort((a, b) => b - a);
    for (const k of [1, Math.ceil(n / 2), n]) assertEquals(kthLargest(values, k), sorted[k - 1]);
  }
});

Deno.test("kNN agrees with a slow double-precision version", async () => {
  await selectBackend("wasm");
  const stream = new Random(2).stream("data");
  const [rows, d, classes, k, temperature] = [60, 5, 4, 7, 0.2];
  const matrix = (n: number) => ({
    values: Float32Array.from({ length: n * d }, () => stream.normal()),
    rows: n,
    dimensions: d,
  });
  const bank = matrix(rows);
  const queries = matrix(150);
  const labels = Int32Array.from({ length: rows }, () => stream.integer(classes));
  const row = (m: typeof bank, i: number) => [...m.values.subarray(i * d, (i + 1) * d)];
  const cosine = (a: number[], b: number[]) => {
    const dot = (x: number[], y: number[]) => x.reduce((sum, v, i) => sum + v * y[i]!, 0);
    return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  };
  const expected = Array.from({ length: queries.rows }, (_, q) => {
    const near = Array.from({ length: rows }, (_, i) => ({
      similarity: cosine(row(queries, q), row(bank, i)),
      label: labels[i]!,
    })).sort((a, b) => b.similarity - a.similarity).slice(0, k);
    const votes = new Array(classes).fill(0);
    for (const { similarity, label } of near) votes[label] += Math.exp(similarity / temperature);
    return votes.indexOf(Math.max(...votes));
  });
  const got = await classifyByNeighbours(bank, labels, queries, {
    k,
    temperature,
    classes,
    pause,
  });
  assertEquals([...got], expected);
  assert(new Set(expected).size > 1);
});

Deno.test("rows of zeros are classified, not NaN", async () => {
  await selectBackend("wasm");
  const bank = { values: new Float32Array([1, 0, 0, 1]), rows: 2, dimensions: 2 };
  const queries = { values: new Float32Array([0, 0, 0, 3]), rows: 2, dimensions: 2 };
  const got = await classifyByNeighbours(bank, Int32Array.of(0, 1), queries, {
    k: 1,
    classes: 2,
    pause,
  });
  assertEquals(got[1], 1);
  assert(got[0] === 0 || got[0] === 1);
});
