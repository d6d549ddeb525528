import { assert, assertEquals, assertLess } from "@std/assert";
import { probeLinearly } from "../../../src/evaluation/linear_probe.ts";
import { Random } from "../../../src/random.ts";
import { selectBackend } from "../../../src/tensor/backend.ts";

const CLASSES = 3;
const DIMENSIONS = 6;
const options = { classes: CLASSES, random: new Random(3), pause: () => Promise.resolve() };

/** Rows around a centre a class, their features stretched and moved. */
function clouds(rows: number, seed: number, noise: number, stretch = 1, shift = 0) {
  const stream = new Random(seed).stream("clouds");
  const labels = Int32Array.from({ length: rows }, (_, i) => i % CLASSES);
  const values = Float32Array.from({ length: rows * DIMENSIONS }, (_, k) => {
    const [row, d] = [Math.floor(k / DIMENSIONS), k % DIMENSIONS];
    const centre = Math.sin(1 + 2 * labels[row]! + d);
    return (centre + noise * stream.normal()) * stretch ** d + shift;
  });
  return { features: { values, rows, dimensions: DIMENSIONS }, labels };
}

function wrong(predicted: Int32Array, labels: Int32Array): number {
  return predicted.reduce((sum, c, i) => sum + (c === labels[i] ? 0 : 1), 0);
}

Deno.test("clouds that a plane parts are told apart", async () => {
  await selectBackend("wasm");
  const bank = clouds(120, 1, 0.2);
  const queries = clouds(90, 2, 0.2);
  const { predicted, fit } = await probeLinearly(
    bank.features,
    bank.labels,
    queries.features,
    options,
  );
  assertEquals(wrong(predicted, queries.labels), 0);
  assert(fit.converged);
});

Deno.test("the scale and the origin of the features do not matter", async () => {
  await selectBackend("wasm");
  const plain = clouds(120, 1, 0.8);
  const stretched = clouds(120, 1, 0.8, 10, 50);
  const ask = (set: typeof plain, queries: typeof plain) =>
    probeLinearly(set.features, set.labels, queries.features, options);
  const one = await ask(plain, clouds(200, 2, 0.8));
  const other = await ask(stretched, clouds(200, 2, 0.8, 10, 50));
  assertEquals(one.fit.l2, other.fit.l2);
  assertLess(wrong(one.predicted, other.predicted), 4);
});

Deno.test("what is judged has no say in the fit: neither its number nor its content", async () => {
  await selectBackend("wasm");
  const bank = clouds(120, 1, 0.8);
  const queries = clouds(50, 2, 0.8);
  const junk = clouds(300, 5, 40);
  const joined = {
    values: Float32Array.of(...queries.features.values, ...junk.features.values),
    rows: 350,
    dimensions: DIMENSIONS,
  };
  const alone = await probeLinearly(bank.features, bank.labels, queries.features, options);
  const beside = await probeLinearly(bank.features, bank.labels, joined, options);
  assertEquals(alone.fit, beside.fit);
  assertEquals(alone.predicted, beside.predicted.slice(0, 50));
});

Deno.test("noise in many dimensions gets a strong penalty, a clear case a weak one or none the worse", async () => {
  await selectBackend("wasm");
  const stream = new Random(9).stream("noise");
  const rows = 60;
  const dimensions = 200;
  const labels = Int32Array.from({ length: rows }, (_, i) => i % CLASSES);
  const values = Float32Array.from(
    { length: rows * dimensions },
    (_, k) => stream.normal() + (k % dimensions === labels[Math.floor(k / dimensions)]! ? 2 : 0),
  );
  const bank = { values, rows, dimensions };
  const { fit } = await probeLinearly(bank, labels, bank, options);
  assert(fit.l2 >= 0.1, `${fit.l2}`);
});

Deno.test("a feature that never changes is harmless", async () => {
  await selectBackend("wasm");
  const { features, labels } = clouds(60, 1, 0.2);
  const values = features.values.map((value, k) => k % DIMENSIONS === 2 ? 7 : value);
  const still = { ...features, values };
  const { predicted } = await probeLinearly(still, labels, still, options);
  assertLess(wrong(predicted, labels), 3);
});

Deno.test("one label a class leaves none to choose the penalty by, and still fits", async () => {
  await selectBackend("wasm");
  const { features, labels } = clouds(CLASSES, 1, 0.1);
  const { predicted } = await probeLinearly(features, labels, features, options);
  assertEquals(wrong(predicted, labels), 0);
});
