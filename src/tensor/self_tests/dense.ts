/**
 * Self-tests of matrix products with their gradients, ReLU and softmax, against plain loops.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { numbers, type SelfTestCase } from "./self_test_case.ts";

const ROWS = 9;
const DEPTH = 12;
const COLUMNS = 10;

/** All (a, b, c) index triples of c [ROWS, COLUMNS] = a [ROWS, DEPTH] b [DEPTH, COLUMNS]. */
function sum(size: number, add: (total: number[], a: number, b: number, c: number) => void) {
  const total = Array<number>(size).fill(0);
  for (let r = 0; r < ROWS; r++) {
    for (let d = 0; d < DEPTH; d++) {
      for (let c = 0; c < COLUMNS; c++) {
        add(total, r * DEPTH + d, d * COLUMNS + c, r * COLUMNS + c);
      }
    }
  }
  return total;
}

/** The cases, made when asked for. */
export function denseSelfTests(): SelfTestCase[] {
  const a = numbers(ROWS * DEPTH, 1);
  const b = numbers(DEPTH * COLUMNS, 2);
  const dc = numbers(ROWS * COLUMNS, 3);
  const product = (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b);
  const tensors = () => [tf.tensor2d(a, [ROWS, DEPTH]), tf.tensor2d(b, [DEPTH, COLUMNS])];
  const gradients = () => tf.grads(product)(tensors(), tf.tensor2d(dc, [ROWS, COLUMNS]));
  return [
    {
      kernel: "BatchMatMul",
      run: () => product(...tensors() as [tf.Tensor, tf.Tensor]),
      want: () => sum(ROWS * COLUMNS, (total, i, j, k) => total[k]! += a[i]! * b[j]!),
      tolerance: 1e-4,
    },
    {
      kernel: "BatchMatMul gradient of the first",
      run: () => gradients()[0]!,
      want: () => sum(ROWS * DEPTH, (total, i, j, k) => total[i]! += dc[k]! * b[j]!),
      tolerance: 1e-4,
    },
    {
      kernel: "BatchMatMul gradient of the second",
      run: () => gradients()[1]!,
      want: () => sum(DEPTH * COLUMNS, (total, i, j, k) => total[j]! += dc[k]! * a[i]!),
      tolerance: 1e-4,
    },
    {
      kernel: "Relu gradient",
      run: () => tf.grad((x: tf.Tensor) => tf.mul(tf.relu(x), tf.relu(x)))(tf.tensor1d(a)),
      want: () => a.map((value) => 2 * Math.max(0, value)),
      tolerance: 1e-6,
    },
    {
      kernel: "Softmax",
      run: () => tf.softmax(tf.tensor2d(a, [ROWS, DEPTH])),
      want: () => {
        const powers = a.map(Math.exp);
        return powers.map((power, i) => {
          const row = Math.floor(i / DEPTH) * DEPTH;
          return power / powers.slice(row, row + DEPTH).reduce((total, each) => total + each);
        });
      },
      tolerance: 1e-5,
    },
  ];
}
