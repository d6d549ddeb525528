import { assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { InternalError } from "../../../../src/errors.ts";
import { adamUpdate } from "../../../../src/tensor/ops/adam_update.ts";
import { sgdUpdate } from "../../../../src/tensor/ops/sgd_update.ts";
import steps from "../../../fixtures/optimiser_steps.json" with { type: "json" };
import { assertClose } from "../../../support/close.ts";
import { onBackend, TEST_BACKENDS } from "../../../support/test_backends.ts";

function variable(values: number[], shape = [values.length]): tf.Variable {
  return tf.tidy(() => tf.variable(tf.tensor(values, shape)));
}

const ADAM = { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };
const SGD = { learningRate: 0.5, momentum: 0, nesterov: false, weightDecay: 0 };

for (const backend of TEST_BACKENDS) {
  Deno.test(`Adam's steps are PyTorch's on ${backend}`, () =>
    onBackend(backend, () => {
      for (const { options, after } of steps.adam) {
        const [w, m, v] = [steps.start, steps.start.map(() => 0), steps.start.map(() => 0)]
          .map((values) => variable(values)) as [tf.Variable, tf.Variable, tf.Variable];
        steps.gradients.forEach((values, i) => {
          const gradient = tf.tensor1d(values);
          adamUpdate({ variable: w, gradient, m, v }, { ...options, step: i + 1 });
          gradient.dispose();
          assertClose(w.dataSync(), after[i]!, 1e-6, `step ${i + 1}`);
        });
        tf.dispose([w, m, v]);
      }
    }));

  Deno.test(`SGD's steps are PyTorch's on ${backend}`, () =>
    onBackend(backend, () => {
      for (const { options, after } of steps.sgd) {
        const w = variable(steps.start);
        const velocity = variable(steps.start.map(() => 0));
        steps.gradients.forEach((values, i) => {
          const gradient = tf.tensor1d(values);
          sgdUpdate({ variable: w, gradient, velocity }, options);
          gradient.dispose();
          assertClose(w.dataSync(), after[i]!, 1e-6, `step ${i + 1}`);
        });
        tf.dispose([w, velocity]);
      }
    }));

  Deno.test(`an update leaves tensors alone that shared the variable's numbers on ${backend}`, () =>
    onBackend(backend, () => {
      tf.tidy(() => {
        const initial = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
        const w = tf.variable(initial);
        const clone = w.clone();
        const reshaped = tf.reshape(w, [6]);
        const zeros = tf.zeros([2, 3]);
        const velocity = tf.variable(zeros);
        // The gradient is the variable itself: its numbers are read and written at once.
        sgdUpdate({ variable: w, gradient: w, velocity }, SGD);
        for (const before of [initial, clone, reshaped]) {
          assertEquals([...before.dataSync()], [1, 2, 3, 4, 5, 6]);
        }
        assertEquals([...zeros.dataSync()], [0, 0, 0, 0, 0, 0]);
        assertEquals([...w.dataSync()], [0.5, 1, 1.5, 2, 2.5, 3]);
        const m = tf.variable(zeros);
        const v = tf.variable(zeros);
        const second = w.clone();
        adamUpdate({ variable: w, gradient: second, m, v }, { ...ADAM, step: 1 });
        assertEquals([...second.dataSync()], [0.5, 1, 1.5, 2, 2.5, 3]);
        assertClose(w.dataSync(), [0.49, 0.99, 1.49, 1.99, 2.49, 2.99], 1e-6, "after Adam");
        tf.dispose([w, velocity, m, v]);
      });
    }));

  Deno.test(`what runs after an update runs with the new weights on ${backend}`, () =>
    onBackend(backend, () => {
      tf.tidy(() => {
        const kernel = variable([1, 2, 3, 4], [1, 1, 2, 2]);
        const weights = variable([1, 2, 3, 4], [2, 2]);
        const x = tf.ones([1, 1, 1, 2]) as tf.Tensor4D;
        const row = tf.ones([1, 2]) as tf.Tensor2D;
        const outputs = () => [
          ...tf.conv2d(x, kernel as unknown as tf.Tensor4D, 1, "valid").dataSync(),
          ...tf.matMul(row, weights as unknown as tf.Tensor2D).dataSync(),
        ];
        const update = (w: tf.Variable) => {
          const velocity = variable([0, 0, 0, 0], w.shape);
          sgdUpdate({ variable: w, gradient: tf.onesLike(w), velocity }, SGD);
          velocity.dispose();
        };
        // The first update gives each variable numbers of its own; the second writes in place.
        for (const wanted of [[4, 6, 4, 6], [3, 5, 3, 5], [2, 4, 2, 4]]) {
          assertEquals(outputs(), wanted);
          update(kernel);
          update(weights);
        }
        tf.dispose([kernel, weights]);
      });
    }));
}

Deno.test("updates refuse shapes that differ and a step before the first", () =>
  onBackend("cpu", () => {
    const [a, b, c] = [variable([1, 2]), variable([1, 2]), variable([1, 2, 3])];
    assertThrows(
      () => adamUpdate({ variable: a, gradient: a, m: b, v: c }, { ...ADAM, step: 1 }),
      InternalError,
      "v is [3]",
    );
    assertThrows(
      () => adamUpdate({ variable: a, gradient: a, m: b, v: b }, { ...ADAM, step: 0 }),
      InternalError,
      "steps count from 1",
    );
    assertThrows(
      () => sgdUpdate({ variable: a, gradient: c, velocity: b }, SGD),
      InternalError,
      "gradient is [3]",
    );
    tf.dispose([a, b, c]);
  }));
