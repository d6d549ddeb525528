/**
 * What every backend must do, run on each that this machine has: WASM always, WebGPU on whatever
 * adapter there is, a software one included (`XDG_RUNTIME_DIR` must be set for it).
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { UnavailableError } from "../../src/errors.ts";
import { type BackendName, type BackendReport, selectBackend } from "../../src/tensor/backend.ts";
import { runSelfTest } from "../../src/tensor/self_test.ts";

/** Why a backend is left out, or what it reported. */
async function start(name: BackendName): Promise<BackendReport | string> {
  try {
    return await selectBackend(name);
  } catch (error) {
    if (error instanceof UnavailableError) return error.message;
    throw error;
  }
}

async function numbers(run: () => tf.Tensor): Promise<number[]> {
  const tensor = tf.tidy(run);
  const values = [...await tensor.data()];
  tensor.dispose();
  return values;
}

function assertNumbers(got: number[], want: number[], tolerance = 1e-4): void {
  assertEquals(got.length, want.length);
  got.forEach((value, i) => assertAlmostEquals(value, want[i]!, tolerance, `number ${i}`));
}

/** A network in small: convolution, ReLU, mean over pixels, dense layer, cross-entropy. */
function loss(filter: tf.Tensor, weights: tf.Tensor): tf.Scalar {
  const x = tf.reshape(tf.sub(tf.mod(tf.mul(tf.range(0, 96), 7), 11), 5), [2, 4, 4, 3]);
  const map = tf.relu(tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, "same"));
  const logits = tf.matMul(tf.mean<tf.Tensor2D>(map, [1, 2]), weights as tf.Tensor2D);
  const labels = tf.tensor2d([[1, 0], [0, 1]]);
  return tf.neg(tf.mean(tf.sum(tf.mul(labels, tf.logSoftmax(logits)), 1)));
}

const FILTER = [3, 3, 3, 4] as const;
const WEIGHTS = [4, 2] as const;

/** Values whose products never come so near zero that a ReLU's kink is stepped over. */
function waves(count: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.fround(Math.sin(1.7 * i + 0.3)));
}

function parameters(): [tf.Tensor, tf.Tensor] {
  return [tf.tensor(waves(108), [...FILTER]), tf.tensor(waves(8), [...WEIGHTS])];
}

for (const name of ["wasm", "webgpu"] as const) {
  const report = await start(name);
  if (typeof report === "string") {
    // deno-lint-ignore no-console
    console.log(`backend ${name} is not tested here: ${report}`);
  }
  const test = (claim: string, fn: () => Promise<void>) =>
    Deno.test({
      name: `${name}: ${claim}`,
      ignore: typeof report === "string",
      fn: async () => {
        await tf.setBackend(name);
        await fn();
      },
    });

  test("reports its name, its adapter and why it was taken", () => {
    const { adapter, reason } = report as BackendReport;
    assertEquals((report as BackendReport).name, name);
    assert(adapter.length > 0);
    assertEquals(reason, "asked for by name");
    return Promise.resolve();
  });

  test("keeps numbers, integers and truth values as they were written", async () => {
    assertNumbers(
      await numbers(() => tf.tensor1d([1.5, -0.25, 2 ** 100])),
      [1.5, -0.25, 2 ** 100],
      0,
    );
    assertNumbers(await numbers(() => tf.tensor1d([-7, 2 ** 24], "int32")), [-7, 2 ** 24], 0);
    assertNumbers(await numbers(() => tf.tensor1d([true, false], "bool")), [1, 0], 0);
  });

  test("computes the values of elementwise operations, sums and broadcasts", async () => {
    const x = () => tf.tensor2d([[1, -2, 3], [-4, 5, -6]]);
    assertNumbers(await numbers(() => tf.relu(x())), [1, 0, 3, 0, 5, 0]);
    assertNumbers(await numbers(() => tf.add(x(), tf.tensor1d([1, 2, 3]))), [2, 0, 6, -3, 7, -3]);
    assertNumbers(await numbers(() => tf.sum(x(), 0)), [-3, 3, -3]);
    assertNumbers(await numbers(() => tf.mean(x())), [-0.5]);
    assertNumbers(await numbers(() => tf.exp(tf.tensor1d([0, 1]))), [1, Math.E]);
    assertNumbers(await numbers(() => tf.logSoftmax(tf.tensor2d([[1000, 0]]))), [0, -1000]);
    assertNumbers(await numbers(() => tf.argMax(x(), 1)), [2, 1], 0);
  });

  test("computes the loss and the gradients of a small network", async () => {
    const value = await numbers(() => loss(...parameters()));
    assertNumbers(value, [doubleLoss(waves(108), waves(8))]);
    const gradients = tf.tidy(() => tf.grads(loss)(parameters()));
    const got = await Promise.all(gradients.map(async (each) => [...await each.data()]));
    tf.dispose(gradients);
    const [filter, weights] = [waves(108), waves(8)];
    // Central differences of a double-precision version of the same network.
    const step = 1e-5;
    for (const [which, list] of [filter, weights].entries()) {
      for (let i = 0; i < list.length; i++) {
        const at = list[i]!;
        list[i] = at + step;
        const above = doubleLoss(filter, weights);
        list[i] = at - step;
        const below = doubleLoss(filter, weights);
        list[i] = at;
        assertAlmostEquals(got[which]![i]!, (above - below) / (2 * step), 1e-4);
      }
    }
  });

  test("hands on what is not a number instead of hiding it", async () => {
    const [value] = await numbers(() => tf.sum(tf.tensor1d([1, NaN, 2])));
    assert(Number.isNaN(value));
    const [infinite] = await numbers(() => tf.div(tf.tensor1d([1]), tf.tensor1d([0])));
    assertEquals(infinite, Infinity);
  });

  test("passes its self-test", async () => {
    assertEquals((await runSelfTest()).filter(({ ok }) => !ok), []);
  });

  test("frees what a tidy leaves", async () => {
    const before = tf.memory().numTensors;
    await numbers(() => loss(...parameters()));
    assertEquals(tf.memory().numTensors, before);
  });
}

/** `loss`, in plain double-precision loops. */
function doubleLoss(filter: number[], weights: number[]): number {
  const x = Array.from({ length: 96 }, (_, i) => i * 7 % 11 - 5);
  let total = 0;
  for (let n = 0; n < 2; n++) {
    const pooled = [0, 0, 0, 0];
    for (let y = 0; y < 4; y++) {
      for (let column = 0; column < 4; column++) {
        for (let o = 0; o < 4; o++) {
          let sum = 0;
          for (let ky = 0; ky < 3; ky++) {
            for (let kx = 0; kx < 3; kx++) {
              const iy = y + ky - 1;
              const ix = column + kx - 1;
              if (iy < 0 || iy > 3 || ix < 0 || ix > 3) continue;
              for (let c = 0; c < 3; c++) {
                sum += x[((n * 4 + iy) * 4 + ix) * 3 + c]! *
                  filter[((ky * 3 + kx) * 3 + c) * 4 + o]!;
              }
            }
          }
          pooled[o]! += Math.max(0, sum) / 16;
        }
      }
    }
    const logits = [0, 1].map((j) =>
      pooled.reduce((sum, value, o) => sum + value * weights[o * 2 + j]!, 0)
    );
    const largest = Math.max(...logits);
    const logSum = largest + Math.log(logits.reduce((s, v) => s + Math.exp(v - largest), 0));
    total += logSum - logits[n]!;
  }
  return total / 2;
}
