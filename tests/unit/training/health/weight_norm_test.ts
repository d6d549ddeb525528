import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { weightNorm } from "../../../../src/training/health/weight_norm.ts";
import { onBackend, TEST_BACKENDS, WEBGPU_BACKENDS } from "../../../support/test_backends.ts";

async function normOf(...values: number[][]): Promise<number> {
  const variables = values.map((numbers) => ({ variable: tf.variable(tf.tensor1d(numbers)) }));
  const before = tf.memory().numTensors;
  const norm = await weightNorm(variables);
  assertEquals(tf.memory().numTensors, before);
  for (const { variable } of variables) variable.dispose();
  return norm;
}

for (const backend of [...TEST_BACKENDS, ...WEBGPU_BACKENDS]) {
  Deno.test(`the length of weights is finite as long as all of them are (${backend})`, async () => {
    await onBackend(backend, () => tf.tidy(() => {}));
    // Variables are made from tensors that tidy frees; what is left is counted above.
    assertAlmostEquals(await normOf([3, 0], [4]), 5, 1e-5);
    assertEquals(await normOf([0, 0], [0]), 0);
    const large = await normOf([3e30, 0], [-4e30]);
    assertAlmostEquals(large / 5e30, 1, 1e-5);
    const many = Array.from({ length: 20 }, (_, i) => [i]);
    assertAlmostEquals(await normOf(...many), Math.sqrt(2470), 1e-3);
    for (const bad of [NaN, Infinity, -Infinity]) {
      for (const place of [[[bad, 1], [2]], [[1, bad], [2]], [[1, 2], [bad]]]) {
        const norm = await normOf(...place);
        assert(!Number.isFinite(norm), `${bad} gives ${norm}`);
      }
    }
  });
}
