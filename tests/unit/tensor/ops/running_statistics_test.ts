import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { updateRunningStatistics } from "../../../../src/tensor/ops/running_statistics.ts";
import { assertClose } from "../../../support/close.ts";
import { onBackend, TEST_BACKENDS, WEBGPU_BACKENDS } from "../../../support/test_backends.ts";

for (const backend of [...TEST_BACKENDS, ...WEBGPU_BACKENDS]) {
  Deno.test(`running statistics move a tenth of the way to the batch's on ${backend}`, () =>
    onBackend(backend, async () => {
      const shared = tf.tensor1d([1, 1, 1]);
      const [mean, variance] = [tf.tidy(() => tf.variable(tf.zeros([3]))), tf.variable(shared)];
      const batch = { mean: tf.tensor1d([1, -2, 0]), variance: tf.tensor1d([4, 0, 1]) };
      for (let step = 0; step < 2; step++) {
        tf.tidy(() =>
          updateRunningStatistics({ mean, variance }, batch, { momentum: 0.1, rows: 5 })
        );
      }
      assertClose(await mean.data(), [0.19, -0.38, 0], 1e-6, "mean");
      // The unbiased variances are 5, 0 and 1.25.
      assertClose(await variance.data(), [1.76, 0.81, 1.0475], 1e-6, "variance");
      assertEquals([...await shared.data()], [1, 1, 1]);
      tf.dispose([shared, mean, variance, batch.mean, batch.variance]);
    }));
}

Deno.test("a batch of one row has a running variance, not an infinite one", () =>
  onBackend("cpu", () => {
    const [mean, variance] = tf.tidy(() => [tf.variable(tf.zeros([1])), tf.variable(tf.ones([1]))]);
    const batch = { mean: tf.tensor1d([1]), variance: tf.tensor1d([0]) };
    updateRunningStatistics({ mean, variance }, batch, { momentum: 0.1, rows: 1 });
    assertClose(variance.dataSync(), [0.9], 1e-6, "variance");
    tf.dispose([mean, variance, batch.mean, batch.variance]);
  }));
