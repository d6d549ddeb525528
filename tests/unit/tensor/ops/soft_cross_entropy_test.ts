import { assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { Random } from "../../../../src/random.ts";
import { softCrossEntropy } from "../../../../src/tensor/ops/soft_cross_entropy.ts";
import { assertClose, finiteDifferences } from "../../../support/close.ts";
import { onBackend, TEST_BACKENDS, WEBGPU_BACKENDS } from "../../../support/test_backends.ts";

interface Case {
  rows: number;
  classes: number;
  logits: Float64Array;
  /** Of rows that sum to anything from 0 to 2. */
  targets: Float64Array;
}

function makeCase(rows: number, classes: number, scale = 3): Case {
  const stream = new Random(4).stream("case", [rows, classes]);
  const array = (draw: () => number) =>
    Float64Array.from({ length: rows * classes }, () => Math.fround(draw()));
  return {
    rows,
    classes,
    logits: array(() => stream.normal(0, scale)),
    targets: array(() => stream.bernoulli(0.5) ? 0 : 2 * stream.uniform() / classes),
  };
}

/** In double precision, by the definition. */
function reference({ rows, classes, logits, targets }: Case): number {
  let loss = 0;
  for (let row = 0; row < rows; row++) {
    const values = logits.subarray(row * classes, (row + 1) * classes);
    const largest = Math.max(...values);
    const sum = values.reduce((total, value) => total + Math.exp(value - largest), 0);
    values.forEach((value, c) => {
      loss += targets[row * classes + c]! * (largest + Math.log(sum) - value);
    });
  }
  return loss;
}

async function run({ rows, classes, logits, targets }: Case, scale = 1) {
  const shape: [number, number] = [rows, classes];
  const { value, grad } = tf.tidy(() => {
    const given = tf.tensor2d(Float32Array.from(targets), shape);
    return tf.valueAndGrad((t) => tf.mul(softCrossEntropy(t as tf.Tensor2D, given), scale))(
      tf.tensor2d(Float32Array.from(logits), shape) as tf.Tensor,
    );
  });
  const read = { value: (await value.data())[0]!, gradient: await grad.data<"float32">() };
  tf.dispose([value, grad]);
  return read;
}

for (const backend of [...TEST_BACKENDS, ...WEBGPU_BACKENDS]) {
  Deno.test(`soft cross-entropy and its gradient are those of the definition on ${backend}`, () =>
    onBackend(backend, async () => {
      for (const [rows, classes] of [[1, 2], [2, 3], [7, 17], [64, 10]] as const) {
        const given = makeCase(rows, classes);
        const wanted = reference(given);
        const { value, gradient } = await run(given, 0.5);
        assertAlmostEquals(value, wanted / 2, 1e-5 * (1 + wanted));
        const slopes = finiteDifferences(
          (logits) => reference({ ...given, logits }) / 2,
          given.logits,
        );
        assertClose(gradient, slopes, 1e-5, "gradient");
      }
    }));
}

Deno.test("a row of zeros adds nothing", () =>
  onBackend("wasm simd", async () => {
    const given = makeCase(3, 4);
    given.targets.fill(0, 4, 8);
    const { value, gradient } = await run(given);
    assertEquals([...gradient.slice(4, 8)], [0, 0, 0, 0]);
    const without = {
      rows: 2,
      classes: 4,
      logits: Float64Array.from([...given.logits.slice(0, 4), ...given.logits.slice(8)]),
      targets: Float64Array.from([...given.targets.slice(0, 4), ...given.targets.slice(8)]),
    };
    assertAlmostEquals(value, reference(without), 1e-5);
  }));
