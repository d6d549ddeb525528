import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { runSelfTest } from "../../../src/tensor/self_test.ts";
import { BUILDS, useBuild } from "./kernels/compare.ts";

Deno.test("every kernel passes the self-test, in both builds", async () => {
  for (const build of BUILDS) {
    await useBuild(build);
    const results = await runSelfTest();
    assertEquals(results.filter(({ ok }) => !ok), []);
    for (const name of ["Conv2D", "Conv2DBackpropInput", "Conv2DBackpropFilter", "MaxPoolGrad"]) {
      assert(results.some(({ kernel }) => kernel.split(" ")[0] === name), `${name} is not tested`);
    }
  }
});

Deno.test("the self-test leaves no tensors behind", async () => {
  await useBuild(BUILDS[0]!);
  const before = tf.memory().numTensors;
  await runSelfTest();
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("a kernel that answers wrong, not at all, too much or NaN is named, and nothing thrown", async () => {
  await useBuild(BUILDS[0]!);
  const common = { want: () => [1, 2], tolerance: 0.1 };
  const results = await runSelfTest([
    { kernel: "right", run: () => tf.tensor1d([1, 2.05]), ...common },
    { kernel: "wrong", run: () => tf.tensor1d([1, 2.5]), ...common },
    { kernel: "long", run: () => tf.tensor1d([1, 2, 3]), ...common },
    { kernel: "nan", run: () => tf.tensor1d([1, NaN]), ...common },
    {
      kernel: "throws",
      run: () => {
        throw new Error("no such kernel");
      },
      ...common,
    },
  ]);
  assertEquals(results.map(({ kernel, ok }) => [kernel, ok]), [
    ["right", true],
    ["wrong", false],
    ["long", false],
    ["nan", false],
    ["throws", false],
  ]);
  assertEquals(results.map(({ message }) => message), [
    null,
    "off by 0.5, at most 0.1 allowed",
    "answered 3 numbers, not 2",
    "number 1 is NaN, not 2",
    "no such kernel",
  ]);
  // The report goes into JSON, which has no infinity.
  assert(results.every(({ error }) => Number.isFinite(error)));
});
