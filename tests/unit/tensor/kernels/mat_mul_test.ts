import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertThrows } from "@std/assert";
import { UnsupportedError } from "../../../../src/errors.ts";
import { broadcastIndices } from "../../../../src/tensor/kernels/mat_mul.ts";
import { assertClose, BUILDS, normal, onCpu, run, useBuild } from "./compare.ts";

/** [rows, depth, columns]. */
const SIZES: [number, number, number][] = [
  [1, 1, 1],
  [1, 40, 33],
  [7, 5, 3],
  [8, 16, 16],
  [16, 8, 24],
  [13, 127, 10],
  [33, 64, 17],
  [64, 96, 128],
  [5, 131, 8],
  [130, 600, 9],
];

function shapes([rows, depth, columns]: [number, number, number], ta: boolean, tb: boolean) {
  return {
    a: ta ? [depth, rows] : [rows, depth],
    b: tb ? [columns, depth] : [depth, columns],
  };
}

Deno.test("matMul equals the cpu backend on every size and transposition, in both builds", async () => {
  for (const build of BUILDS) {
    await useBuild(build);
    for (const [i, size] of SIZES.entries()) {
      for (const [ta, tb] of [[false, false], [false, true], [true, false], [true, true]]) {
        const { a, b } = shapes(size, ta!, tb!);
        const inputs = [normal(a, i), normal(b, i + 100)];
        const product = (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b, ta, tb);
        assertClose(
          run(product, inputs),
          await onCpu(product, inputs),
          `${build}: [${a}] x [${b}], transposed ${ta}, ${tb}`,
        );
      }
    }
  }
});

Deno.test("matMul multiplies batches, and a single matrix with each of a batch", async () => {
  await useBuild(BUILDS[0]!);
  for (const [a, b] of [[[3, 5, 7], [3, 7, 9]], [[1, 5, 7], [4, 7, 9]], [[2, 3, 5, 7], [7, 9]]]) {
    const inputs = [normal(a!, 1), normal(b!, 2)];
    const product = (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b);
    assertClose(run(product, inputs), await onCpu(product, inputs), `[${a}] x [${b}]`);
  }
});

Deno.test("broadcast indices repeat along axes of size one and axes that are missing", () => {
  assertEquals(broadcastIndices([], []), [0]);
  assertEquals(broadcastIndices([3], [2, 3]), [0, 1, 2, 0, 1, 2]);
  assertEquals(broadcastIndices([2, 1], [2, 3]), [0, 0, 0, 1, 1, 1]);
});

Deno.test("fused matMul adds the bias and applies any activation", async () => {
  for (const build of BUILDS) {
    await useBuild(build);
    for (const activation of ["linear", "relu", "relu6", "sigmoid", "elu"] as const) {
      for (const transposeA of [false, true]) {
        const inputs = [
          normal(transposeA ? [21, 13] : [13, 21], 1),
          normal([21, 19], 2),
          normal([19], 3),
        ];
        const product = (a: tf.Tensor, b: tf.Tensor, bias: tf.Tensor) =>
          tf.fused.matMul({ a, b, bias, activation, transposeA });
        assertClose(
          run(product, inputs),
          await onCpu(product, inputs),
          `${build}: ${activation}, transposed ${transposeA}`,
        );
      }
    }
  }
});

Deno.test("a product over nothing is zero", async () => {
  await useBuild(BUILDS[0]!);
  const zero = run((a, b) => tf.matMul(a, b), [normal([3, 0], 1), normal([0, 4], 2)]);
  assertEquals(zero, { shape: [3, 4], values: new Float32Array(12) });
});

Deno.test("matMul refuses integers by name", async () => {
  await useBuild(BUILDS[0]!);
  const a = tf.tensor2d([[1, 2]], [1, 2], "int32");
  assertThrows(() => tf.matMul(a, a, false, true), UnsupportedError, "got int32");
  a.dispose();
});
