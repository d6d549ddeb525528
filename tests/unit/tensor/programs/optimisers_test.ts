import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { adamUpdate } from "../../../../src/tensor/ops/adam_update.ts";
import { sgdUpdate } from "../../../../src/tensor/ops/sgd_update.ts";
import steps from "../../../fixtures/optimiser_steps.json" with { type: "json" };
import { assertClose } from "../../../support/close.ts";
import { testOnWebgpu } from "./on_webgpu.ts";

const SGD = { learningRate: 0.5, momentum: 0, nesterov: false, weightDecay: 0 };

function variable(values: number[]): tf.Variable {
  return tf.tidy(() => tf.variable(tf.tensor1d(values)));
}

testOnWebgpu("Adam's steps are PyTorch's", async () => {
  for (const { options, after } of steps.adam) {
    const zeros = steps.start.map(() => 0);
    const [w, m, v] = [variable(steps.start), variable(zeros), variable(zeros)];
    for (const [i, values] of steps.gradients.entries()) {
      const gradient = tf.tensor1d(values);
      adamUpdate({ variable: w, gradient, m, v }, { ...options, step: i + 1 });
      gradient.dispose();
      assertClose(await w.data(), after[i]!, 1e-6, `step ${i + 1}`);
    }
    tf.dispose([w, m, v]);
  }
});

testOnWebgpu("SGD's steps are PyTorch's", async () => {
  for (const { options, after } of steps.sgd) {
    const [w, velocity] = [variable(steps.start), variable(steps.start.map(() => 0))];
    for (const [i, values] of steps.gradients.entries()) {
      const gradient = tf.tensor1d(values);
      sgdUpdate({ variable: w, gradient, velocity }, options);
      gradient.dispose();
      assertClose(await w.data(), after[i]!, 1e-6, `step ${i + 1}`);
    }
    tf.dispose([w, velocity]);
  }
});

testOnWebgpu("updates are in place, take any length and are seen by every read", async () => {
  for (const length of [1, 3, 256, 257, 1003]) {
    const w = variable(Array.from({ length }, (_, i) => i));
    const velocity = variable(new Array(length).fill(1));
    const gradient = tf.ones([length]);
    const { dataId } = w;
    sgdUpdate({ variable: w, gradient, velocity }, { ...SGD, momentum: 1 });
    // Begins before the second step and ends after it was recorded.
    const first = w.data();
    sgdUpdate({ variable: w, gradient, velocity }, { ...SGD, momentum: 1 });
    assertEquals([...await first], Array.from({ length }, (_, i) => i - 1));
    assertEquals([...await w.data()], Array.from({ length }, (_, i) => i - 2.5));
    assertEquals([...await velocity.data()], new Array(length).fill(3));
    assertEquals(w.dataId, dataId);
    tf.dispose([w, velocity, gradient]);
  }
});

testOnWebgpu("an update leaves tensors alone that shared the variable's numbers", async () => {
  const initial = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
  const w = tf.variable(initial);
  const [clone, reshaped] = [w.clone(), tf.reshape(w, [6])];
  const zeros = tf.zeros([2, 3]);
  const velocity = tf.variable(zeros);
  // The gradient is the variable itself: its numbers are read and written at once.
  sgdUpdate({ variable: w, gradient: w, velocity }, SGD);
  for (const before of [initial, clone, reshaped]) {
    assertEquals([...await before.data()], [1, 2, 3, 4, 5, 6]);
  }
  assertEquals([...await zeros.data()], [0, 0, 0, 0, 0, 0]);
  assertEquals([...await w.data()], [0.5, 1, 1.5, 2, 2.5, 3]);
  tf.dispose([initial, w, clone, reshaped, zeros, velocity]);
});
