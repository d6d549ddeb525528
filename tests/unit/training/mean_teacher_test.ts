import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { createEncoder } from "../../../src/encoders/mod.ts";
import { readVariables } from "../../../src/objectives/network.ts";
import { Random } from "../../../src/random.ts";
import { Dense } from "../../../src/tensor/layers/dense.ts";
import { type ClassifierNetwork, MeanTeacher } from "../../../src/training/mean_teacher.ts";
import { MovingAverage } from "../../../src/training/moving_average.ts";
import { assertClose } from "../../support/close.ts";
import { onBackend, TEST_BACKENDS, WEBGPU_BACKENDS } from "../../support/test_backends.ts";

const CLASSES = 3;

function network(seed: number): ClassifierNetwork {
  const random = new Random(seed);
  const encoder = createEncoder({ name: "small_conv", width: 4 }, 3, random);
  const inputs = encoder.features.dimensions;
  return {
    encoder,
    head: new Dense({ name: "head", inputs, outputs: CLASSES, bias: true }, random),
  };
}

const dispose = ({ encoder, head }: ClassifierNetwork) => {
  encoder.dispose();
  head.dispose();
};

for (const backend of [...TEST_BACKENDS, ...WEBGPU_BACKENDS]) {
  Deno.test(`a moving average follows its values on ${backend}`, () =>
    onBackend(backend, async () => {
      const value = tf.tidy(() => tf.variable(tf.tensor1d([4, -2])));
      const average = tf.tidy(() => tf.variable(tf.zeros([2])));
      const following = new MovingAverage([average], [value]);
      assertEquals([...await average.data()], [4, -2]);
      let [a, b] = [4, -2];
      for (let step = 1; step <= 1200; step++) {
        tf.tidy(() => value.assign(tf.add(value, tf.tensor1d([1, -1]))));
        following.update();
        const decay = Math.min(0.99, step / (step + 9));
        a = decay * a + (1 - decay) * (4 + step);
        b = decay * b + (1 - decay) * (-2 - step);
        if (step === 1) assertAlmostEquals((await average.data())[0]!, 4.9, 1e-5);
      }
      assertClose(await average.data(), [a, b], 1e-4, "average");
      value.dispose();
      average.dispose();
    }));

  Deno.test(`a teacher says what it is sure of, as often as the classes come, on ${backend}`, () =>
    onBackend(backend, async () => {
      const before = tf.memory().numTensors;
      const [student, own] = [network(1), network(2)];
      const prior = [0.5, 0.3, 0.2];
      const teacher = new MeanTeacher(own, student, prior);
      const x = tf.randomNormal<tf.Rank.R4>([16, 8, 8, 3], 0, 1, "float32", 3);
      // The same in plain numbers: of the student's weights, which the teacher begins with.
      const logits = tf.tidy(() =>
        student.head.apply(student.encoder.apply(x, { training: false }).pooled)
      );
      const rows = await logits.array();
      const said = rows.map((row) => {
        const sum = row.reduce((total, value) => total + Math.exp(value), 0);
        return row.map((value) => Math.exp(value) / sum);
      });
      const mean = prior.map((share, c) =>
        0.99 * share + 0.01 * said.reduce((sum, row) => sum + row[c]!, 0) / said.length
      );
      const aligned = said.map((row) => {
        const scaled = row.map((value, c) => value * prior[c]! / mean[c]!);
        const sum = scaled.reduce((total, value) => total + value, 0);
        return scaled.map((value) => value / sum);
      });
      const tops = aligned.map((row) => Math.max(...row)).sort((a, b) => a - b);
      // Between two of them: half are above.
      const threshold = (tops[7]! + tops[8]!) / 2;
      const wanted = aligned.flatMap((row) => {
        const top = Math.max(...row);
        return row.map((value) => Number(value === top && top >= threshold));
      });
      const { targets, taken } = teacher.label(x, threshold);
      assertEquals([...await targets.data()], wanted);
      assertEquals((await taken.data())[0], 0.5);
      tf.dispose([x, logits, targets, taken]);
      teacher.dispose();
      [student, own].forEach(dispose);
      assertEquals(tf.memory().numTensors, before);
    }));
}

Deno.test("a teacher follows all of its student: weights, head and statistics", () =>
  onBackend("wasm simd", async () => {
    const [student, own] = [network(1), network(2)];
    const teacher = new MeanTeacher(own, student, [0.4, 0.3, 0.3]);
    const all = ({ encoder, head }: ClassifierNetwork) => [
      ...encoder.parameters(),
      ...encoder.buffers(),
      ...head.parameters(),
    ];
    const start = await readVariables(all(student));
    assertEquals(await readVariables(all(own)), start);
    for (const { variable } of all(student)) {
      tf.tidy(() => variable.assign(tf.add(variable, 1)));
    }
    teacher.follow();
    for (const [name, { data }] of await readVariables(all(own))) {
      const from = start.get(name)!.data;
      assert(data.every((value, i) => Math.abs(value - from[i]! - 0.9) < 1e-5), name);
    }
    teacher.dispose();
    [student, own].forEach(dispose);
  }));
