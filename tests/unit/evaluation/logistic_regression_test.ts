import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  classifyLinearly,
  LogisticRegression,
} from "../../../src/evaluation/logistic_regression.ts";
import torch from "../../fixtures/logistic_regression.json" with { type: "json" };
import { onBackend, TEST_BACKENDS, WEBGPU_BACKENDS } from "../../support/test_backends.ts";

const { rows, dimensions, classes, l2 } = torch;
const pause = () => Promise.resolve();

/** The data of `tests/fixtures/logistic_regression.py`. */
const features = {
  values: Float32Array.from({ length: rows * dimensions }, (_, k) => {
    const [i, j] = [Math.floor(k / dimensions), k % dimensions];
    return Math.sin(0.7 * i + 1.9 * j) + 0.3 * Math.cos(i * j);
  }),
  rows,
  dimensions,
};
const labels = Int32Array.from({ length: rows }, (_, i) => ((i * 7) % 5) % classes);
const point = Float64Array.from([
  ...Array.from({ length: dimensions * classes }, (_, k) => 0.3 * Math.sin(k + 1)),
  0.1,
  -0.2,
  0.3,
]);

for (const backend of [...TEST_BACKENDS, ...WEBGPU_BACKENDS]) {
  Deno.test(`value, gradient and minimum are PyTorch's (${backend})`, () =>
    onBackend(backend, async () => {
      const regression = new LogisticRegression(features, labels, classes);
      const { value, gradient } = await regression.evaluate(point, l2);
      assertAlmostEquals(value, torch.at.value, 1e-6);
      assertEquals(gradient.length, torch.at.gradient.length);
      gradient.forEach((g, i) => assertAlmostEquals(g, torch.at.gradient[i]!, 1e-6));

      const minimum = await regression.fit(l2, pause);
      assert(minimum.converged);
      assertAlmostEquals(minimum.value, torch.minimum.value, 1e-6);
      // W alone: adding a number to all of b changes nothing.
      torch.minimum.weights.forEach((w, i) => assertAlmostEquals(minimum.point[i]!, w, 5e-3));
      const weights = { values: minimum.point, dimensions, classes };
      assertEquals([...await classifyLinearly(features, weights)], torch.minimum.predicted);
      regression.dispose();
    }));
}
