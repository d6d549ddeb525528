/**
 * Self-test cases of more rows than a workgroup or a tile of our kernels has, against plain loops:
 * how parts are put together is tested nowhere else.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { singleReplica } from "../../parallel/single.ts";
import { batchNormTraining } from "../ops/batch_norm.ts";
import { ntXent } from "../ops/nt_xent.ts";
import { numbers, type SelfTestCase } from "./self_test_case.ts";

const EPSILON = 1e-3;
const ROWS = 1100;
const CHANNELS = 5;

/** Value, then the gradients of x, gamma and beta; the upstream gradient is x itself. */
function batchNormCase(): SelfTestCase {
  const x = numbers(ROWS * CHANNELS, 4);
  const gamma = [1, 0.5, 2, -1, 1.5];
  const beta = [0.01, 0.51, -0.49, 1.01, 0.26];
  return {
    kernel: `batchNormTraining of ${ROWS} rows`,
    run: () => {
      let forward: tf.Tensor | undefined;
      const given = tf.tensor2d(x, [ROWS, CHANNELS]) as tf.Tensor;
      const gradients = tf.grads((...args: tf.Tensor[]) => {
        const [x, gamma, beta] = args as [tf.Tensor, tf.Tensor1D, tf.Tensor1D];
        const options = { epsilon: EPSILON, relu: true, collective: singleReplica };
        const { y } = batchNormTraining(x, gamma, beta, options);
        forward = tf.keep(tf.clone(y));
        return y;
      })([given, tf.tensor1d(gamma), tf.tensor1d(beta)], given);
      const all = tf.concat([forward!, ...gradients].map((each) => tf.reshape(each, [-1])));
      tf.dispose(forward!);
      return all;
    },
    want: () => {
      const [y, dx] = [new Array<number>(x.length), new Array<number>(x.length)];
      const [dGamma, dBeta] = [[0, 0, 0, 0, 0], [0, 0, 0, 0, 0]];
      for (let c = 0; c < CHANNELS; c++) {
        const at = Array.from({ length: ROWS }, (_, row) => row * CHANNELS + c);
        const mean = at.reduce((sum, i) => sum + x[i]!, 0) / ROWS;
        const variance = at.reduce((sum, i) => sum + (x[i]! - mean) ** 2, 0) / ROWS;
        const deviation = Math.sqrt(variance + EPSILON);
        const normal = (i: number) => (x[i]! - mean) / deviation;
        for (const i of at) {
          y[i] = Math.max(0, gamma[c]! * normal(i) + beta[c]!);
          if (y[i]! > 0) dBeta[c]! += x[i]!;
          if (y[i]! > 0) dGamma[c]! += x[i]! * normal(i);
        }
        for (const i of at) {
          const shared = (dBeta[c]! + normal(i) * dGamma[c]!) / ROWS;
          dx[i] = gamma[c]! / deviation * ((y[i]! > 0 ? x[i]! : 0) - shared);
        }
      }
      return [...y, ...dx, ...dGamma, ...dBeta];
    },
    // Sums of hundreds.
    tolerance: 1e-3,
  };
}

const PAIRS = 70;
const SIZE = 5;
const TEMPERATURE = 0.5;

/** Value and gradient. */
function ntXentCase(): SelfTestCase {
  const total = 2 * PAIRS;
  const z = Array.from({ length: total * SIZE }, (_, i) => Math.fround(Math.sin(i * i + 1)));
  return {
    kernel: `ntXent of ${PAIRS} pairs`,
    run: () => {
      const { value, grad } = tf.valueAndGrad((rows) =>
        ntXent(rows as tf.Tensor2D, { temperature: TEMPERATURE, collective: singleReplica }).loss
      )(tf.tensor2d(z, [total, SIZE]) as tf.Tensor);
      // The gradient is small: in units of which the tolerance says something.
      return tf.concat([tf.reshape(value, [1]), tf.reshape(tf.mul(grad, total), [-1])]);
    },
    want: () => {
      const rows = Array.from({ length: total }, (_, i) => z.slice(i * SIZE, (i + 1) * SIZE));
      const lengths = rows.map((row) => Math.hypot(...row));
      const cosine = rows.map((a, i) =>
        rows.map((b, k) =>
          a.reduce((sum, value, c) => sum + value * b[c]!, 0) / (lengths[i]! * lengths[k]!)
        )
      );
      const sums = cosine.map((row, i) =>
        row.reduce((sum, each, k) => sum + (k === i ? 0 : Math.exp(each / TEMPERATURE)), 0)
      );
      const loss =
        sums.reduce((all, sum, i) => all + Math.log(sum) - cosine[i]![i ^ 1]! / TEMPERATURE, 0) /
        total;
      const gradient = rows.flatMap((row, i) => {
        const own = row.map(() => 0);
        for (let k = 0; k < total; k++) {
          if (k === i) continue;
          const power = Math.exp(cosine[i]![k]! / TEMPERATURE);
          const weight = power / sums[i]! + power / sums[k]! - (k === (i ^ 1) ? 2 : 0);
          row.forEach((value, c) => {
            const towards = rows[k]![c]! / lengths[k]! - cosine[i]![k]! * value / lengths[i]!;
            own[c]! += weight * towards / (TEMPERATURE * lengths[i]!);
          });
        }
        return own;
      });
      return [loss, ...gradient];
    },
    tolerance: 1e-4,
  };
}

/** The cases, made when asked for. */
export function tileSelfTests(): SelfTestCase[] {
  return [batchNormCase(), ntXentCase()];
}
