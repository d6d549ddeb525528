import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { assertClose } from "../../../support/close.ts";
import { assertMatches, compute, makeCase, type RunOptions } from "../ops/batch_norm_cases.ts";
import { type BatchNormCase, referenceGradients } from "../ops/batch_norm_reference.ts";
import { numbersOf, testOnWebgpu } from "./on_webgpu.ts";

const run = (given: BatchNormCase & { dy: Float64Array }, options: RunOptions = {}) =>
  numbersOf(() => compute(given, options));

testOnWebgpu("batch norm and its gradients match the reference", async () => {
  // Channels alone, in fours, more than a tile has; rows of less than a chunk and of several.
  for (const [rows, channels] of [[1, 5], [2, 3], [7, 16], [257, 17], [1000, 64], [5000, 130]]) {
    const given = makeCase(rows!, channels!, { relu: rows !== 257, residual: rows! % 2 === 0 });
    assertMatches(await run(given), given);
  }
});

testOnWebgpu("batch norm by given statistics matches the reference", async () => {
  for (const [rows, channels] of [[1, 4], [7, 5], [33, 16]]) {
    const given = makeCase(rows!, channels!);
    assertMatches(await run(given, { frozen: true }), given, { frozen: true });
  }
});

testOnWebgpu("batch norm takes images, with or without residual and ReLU", async () => {
  for (const residual of [false, true]) {
    for (const relu of [false, true]) {
      const given = makeCase(2 * 3 * 5, 20, { relu, residual });
      assertMatches(await run(given, { shape: [2, 3, 5, 20] }), given);
    }
  }
});

testOnWebgpu("batch norm keeps its digits where the mean is far from zero", async () => {
  const given = makeCase(3000, 17, { mean: 1000, deviation: 1 });
  // x itself has a grain of 6e-5 here, and the mean is rounded to it.
  assertMatches(await run(given), given, { tolerance: 1e-4 });
});

testOnWebgpu("batch norm shows NaN instead of hiding it behind its ReLU", async () => {
  for (const channels of [4, 5]) {
    const given = makeCase(7, channels);
    given.x[2 * channels + 2] = NaN;
    const { y } = await run(given);
    assertEquals(Array.from(y!, Number.isNaN), Array.from(y!, (_, i) => i % channels === 2));
  }
});

testOnWebgpu("batch norm of equal values has no variance and no gradient", async () => {
  const given = makeCase(300, 5, { relu: false, residual: false });
  given.x.fill(Math.fround(0.1));
  const { variance, dx } = await run(given);
  assertClose(variance!, [1e-12, 0, 0, 0, 0], 1, "variance");
  assertClose(dx!, referenceGradients(given, given.dy).dx, 1e-5, "dx");
});

testOnWebgpu("batch norm leaves none of its scratch tensors behind", async () => {
  const before = tf.backend().numDataIds();
  await run(makeCase(100, 8));
  assertEquals(tf.backend().numDataIds(), before);
});
