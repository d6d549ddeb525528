import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { singleReplica } from "../../../../src/parallel/single.ts";
import {
  contrastiveAccuracy,
  ntXent,
  ntXentValueAndGradient,
} from "../../../../src/tensor/ops/nt_xent.ts";
import { assertClose } from "../../../support/close.ts";
import { makePairs, reference } from "../ops/nt_xent_cases.ts";
import { referenceNtXent } from "../ops/nt_xent_reference.ts";
import { numbersOf, testOnWebgpu } from "./on_webgpu.ts";

/** The operation on rows of `d` numbers, and the gradient of `scale` times it. */
async function run(z: Float64Array, d: number, temperature: number, scale = 1) {
  const { value, gradient, accuracy } = await numbersOf(() => {
    const rows = tf.tensor2d(Float32Array.from(z), [z.length / d, d]);
    const options = { temperature, collective: singleReplica };
    const { value, grad } = tf.valueAndGrad((t) =>
      tf.mul(ntXent(t as tf.Tensor2D, options).loss, scale) as tf.Scalar
    )(rows as tf.Tensor);
    return { value, gradient: grad, accuracy: contrastiveAccuracy(rows) };
  });
  return { loss: value[0]!, gradient, accuracy: accuracy[0]! };
}

testOnWebgpu("NT-Xent and its gradient match the reference", async () => {
  // Less than a tile, several, more than a workgroup's span of a row; lengths of any remainder.
  for (const [pairs, d] of [[1, 4], [2, 5], [33, 64], [16, 17], [128, 128], [70, 130], [8, 300]]) {
    for (const temperature of [0.01, 0.1, 0.5, 5]) {
      const wanted = reference(pairs!, d!, temperature);
      const actual = await run(makePairs(pairs!, d!), d!, temperature);
      const name = `${pairs} pairs of ${d} at ${temperature}`;
      // A cosine is exact to 1e-7 or so, and divided by the temperature.
      const tolerance = Math.max(2e-6, 4e-7 / temperature);
      assertAlmostEquals(actual.loss, wanted.loss, tolerance * (1 + wanted.loss), name);
      assertClose(actual.gradient, wanted.gradient, 4 * tolerance, name);
      assertAlmostEquals(actual.accuracy, wanted.accuracy, 1e-6, name);
    }
  }
});

testOnWebgpu("NT-Xent's gradient is scaled by what comes after it", async () => {
  const { gradient } = await run(makePairs(3, 5), 5, 0.1, -3);
  const wanted = reference(3, 5, 0.1).gradient.map((value) => -3 * value);
  assertClose(gradient, wanted, 1e-5, "gradient");
});

testOnWebgpu("NT-Xent of rows of any length has the same value", async () => {
  const d = 16;
  const z = makePairs(8, d);
  const wanted = await run(z, d, 0.5);
  for (const scale of [1e-30, 1e-18, 1e18, 1e30]) {
    const actual = await run(z.map((value) => value * scale), d, 0.5);
    assertAlmostEquals(actual.loss, wanted.loss, 1e-5);
    const wantedGradient = wanted.gradient.map((value) => value / scale);
    assertClose(actual.gradient, wantedGradient, 1e-5, `gradient at ${scale}`);
  }
});

testOnWebgpu("NT-Xent of a collapsed encoder is log(2K - 1), without gradient", async () => {
  for (const temperature of [0.05, 0.5]) {
    const z = Float64Array.from({ length: 60 * 7 }, (_, i) => Math.fround(0.3 * (i % 7) - 1));
    const { loss, gradient, accuracy } = await run(z, 7, temperature);
    assertAlmostEquals(loss, Math.log(59), 1e-5);
    assertClose([...gradient, 1], [...z.map(() => 0), 1], 1e-6, "gradient");
    assertEquals(accuracy, 0);
  }
});

testOnWebgpu("NT-Xent of opposite pairs, of zeros and of NaN", async () => {
  // Nothing is similar to the pair, and everything else is identical.
  const opposite = Float64Array.from([1, 0, -1, 0, 1, 0, -1, 0]);
  const { loss, gradient } = await run(opposite, 2, 0.01);
  assertAlmostEquals(loss, referenceNtXent(opposite, 2, 0.01).loss, 1e-3);
  assert(gradient.every(Number.isFinite));
  const z = makePairs(4, 6);
  z.fill(0, 12, 18);
  const zeros = await run(z, 6, 0.5);
  assert(Number.isFinite(zeros.loss) && zeros.gradient.every(Number.isFinite));
  assert(zeros.gradient.subarray(12, 18).every((value) => value === 0));
  z[9] = NaN;
  assertEquals((await run(z, 6, 0.5)).loss, NaN);
});

testOnWebgpu("NT-Xent of plain numbers has losses of rows and the gradient", async () => {
  const wanted = reference(33, 5, 0.1);
  const actual = await ntXentValueAndGradient(Float32Array.from(makePairs(33, 5)), 66, 5, 0.1);
  assertAlmostEquals(actual.loss, wanted.loss, 1e-5);
  assertClose(actual.perRow, wanted.perRow, 1e-5, "per row");
  assertClose(actual.gradient, wanted.gradient, 1e-5, "gradient");
});

testOnWebgpu("NT-Xent never holds the matrix of similarities", async () => {
  const rows = 1024;
  const z = tf.randomNormal([rows, 16], 0, 1, "float32", 1);
  await z.data();
  const memory = () => (tf.memory() as unknown as { numBytesAllocatedInGPU: number });
  const before = memory().numBytesAllocatedInGPU;
  await run(Float64Array.from(await z.data()), 16, 0.1);
  // The matrix would be 4 MiB; the rows are 64 KiB, and what is kept of each is little.
  assert(memory().numBytesAllocatedInGPU - before < 2 ** 20);
  z.dispose();
});
