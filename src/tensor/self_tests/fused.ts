/**
 * Self-test cases of the fused operations: values and gradients on tiny inputs, whose results are
 * PyTorch 1.13's in double precision (LARS's, which it has not, NumPy's).
 *
 * Five numbers a row, so that both the vector loops and what is left over after them run.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { singleReplica } from "../../parallel/single.ts";
import { adamUpdate } from "../ops/adam_update.ts";
import { batchNormTraining } from "../ops/batch_norm.ts";
import {
  flatAdamUpdate,
  flatLarsUpdate,
  type FlatParameters,
  flatSgdUpdate,
  hasFlatUpdates,
} from "../ops/flat_updates.ts";
import { updateRunningStatistics } from "../ops/running_statistics.ts";
import { globalAveragePool } from "../ops/global_average_pool.ts";
import { larsUpdate } from "../ops/lars_update.ts";
import { ntXent } from "../ops/nt_xent.ts";
import { sgdUpdate } from "../ops/sgd_update.ts";
import { sparseSoftmaxCrossEntropy } from "../ops/sparse_softmax_cross_entropy.ts";
import type { SelfTestCase } from "./self_test_case.ts";

const X = [[1, -2, 0.5, 3, 0], [2, 1, -1.5, 0, 4], [0, -1, 2.5, 1, -2]];
const RESIDUAL = [[0.5, 0, -1, 1, 0.25], [-0.5, 1, 0, 0.5, -2], [1, -1, 0.75, 0, 2]];
const DY = [[1, 2, -1, 0.5, 3], [-2, 1, 0.5, 1, -1], [0.25, -0.5, 2, 1, 1]];

/** All numbers of some tensors, in a row. */
function joined(tensors: tf.Tensor[]): tf.Tensor {
  return tf.concat(tensors.map((tensor) => tf.reshape(tensor, [-1])));
}

function batchNorm(): tf.Tensor {
  let forward: tf.Tensor[] = [];
  const gradients = tf.grads((...args: tf.Tensor[]) => {
    const [x, gamma, beta, residual] = args as [tf.Tensor, tf.Tensor1D, tf.Tensor1D, tf.Tensor];
    const options = { epsilon: 1e-3, relu: true, residual, collective: singleReplica };
    const { y, mean, variance } = batchNormTraining(x, gamma, beta, options);
    forward = [y, mean, variance].map((tensor) => tf.keep(tf.clone(tensor)));
    return y;
  })(
    [
      tf.tensor(X),
      tf.tensor([1, 0.5, 2, -1, 1.5]),
      tf.tensor([0, 0.5, -0.5, 1, 0.25]),
      tf.tensor(RESIDUAL),
    ],
    tf.tensor(DY),
  );
  const all = joined([...forward, ...gradients]);
  tf.dispose(forward);
  return all;
}

function poolAndItsGradient(): tf.Tensor {
  const x = tf.reshape(tf.tensor([...X, ...RESIDUAL]), [1, 2, 3, 5]) as tf.Tensor4D;
  const gradient = tf.grad((t) => globalAveragePool(t as tf.Tensor4D))(
    x as tf.Tensor,
    tf.tensor([[6, 12, -6, 3, 0]]),
  );
  return joined([globalAveragePool(x), gradient]);
}

function valueAndGradient(f: (x: tf.Tensor) => tf.Scalar, x: tf.Tensor): tf.Tensor {
  const { value, grad } = tf.valueAndGrad(f)(x);
  return joined([value, grad]);
}

/** Two steps from `[1, -2, 0.5, 3, 0.25]`; the second writes in place. */
function twoSteps(
  update: (variable: tf.Variable, gradient: tf.Tensor, state: tf.Variable[], step: number) => void,
): tf.Tensor {
  const variable = tf.variable(tf.tensor([1, -2, 0.5, 3, 0.25]));
  const state = [tf.variable(tf.zeros([5])), tf.variable(tf.zeros([5]))];
  update(variable, tf.tensor([1, 0.5, -2, 0, 0.1]), state, 1);
  update(variable, tf.tensor([-1, 2, -1, 0.25, 3]), state, 2);
  const result = tf.clone(variable);
  tf.dispose([variable, ...state]);
  return result;
}

const ADAM = { learningRate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-3, weightDecay: 0.1 };
/** One parameter, as the updates of all take it. */
function alone(variable: tf.Variable, gradient: tf.Tensor): FlatParameters {
  return { variables: [variable], gradients: [gradient], decayed: [true] };
}

const SGD = { learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.1 };
const LARS = { ...SGD, learningRate: 0.5, trust: 0.2 };

const cases: SelfTestCase[] = [
  {
    kernel: "batchNormTraining",
    run: batchNorm,
    // deno-fmt-ignore
    want: () => [
      // y
      0.5, 0, 0, 0.66412311, 0.09914035,
      0.72382734, 2.1679384, 0, 2.5687015, 0.25429826,
      0, 0, 2.6990306, 1.2671754, 0.64656139,
      // mean and variance
      1, -0.66666667, 0.5, 1.3333333, 0.66666667,
      0.66666667, 1.5555556, 2.6666667, 1.5555556, 6.2222222,
      // gradients of x, gamma, beta and residual
      1.6317698, 0.05712926, -0.81634353, 0.02877919, 1.0308096,
      -0.81771789, 0.02877919, 0.40771274, 0.05712926, -0.34373202,
      -0.81405191, -0.08590845, 0.40863079, -0.08590845, -0.68707755,
      -2.4476547, 1.3358769, 2.4490306, -0.66793844, -3.2068772,
      -1, 1, 2, 2.5, 3,
      1, 0, 0, 0.5, 3, -2, 1, 0, 1, -1, 0, 0, 2, 1, 1,
    ],
    tolerance: 1e-5,
  },
  {
    kernel: "globalAveragePool",
    run: poolAndItsGradient,
    want: () => [
      ...[0.66666667, -0.33333333, 0.20833333, 0.91666667, 0.375],
      ...Array.from({ length: 6 }, () => [1, 2, -1, 0.5, 0]).flat(),
    ],
    tolerance: 1e-6,
  },
  {
    kernel: "ntXent",
    run: () =>
      valueAndGradient(
        (z) => ntXent(z as tf.Tensor2D, { temperature: 0.5, collective: singleReplica }).loss,
        tf.tensor2d([1, 2, 0.5, 0.5, 2.5, 1, -1, 0.5, 2, -2, 1, 1.5, 3, -1, 0.25, 2, -2, 1], [
          6,
          3,
        ]),
      ),
    // deno-fmt-ignore
    want: () => [
      0.50633252,
      0.03376785, -0.0266976, 0.03925471, -0.06553419, -0.01776484, 0.0771792,
      0.11080094, 0.03951515, 0.04552168, 0.01989914, 0.07001354, -0.02014351,
      0.02247866, 0.06918725, 0.00700512, -0.02073684, 0.00277769, 0.04702906,
    ],
    tolerance: 2e-6,
  },
  {
    kernel: "sparseSoftmaxCrossEntropy",
    run: () =>
      valueAndGradient(
        (logits) => sparseSoftmaxCrossEntropy(logits as tf.Tensor2D, tf.tensor1d([0, 2], "int32")),
        tf.tensor2d([1, 2, -1, 0.5, 0, 3], [2, 3]),
      ),
    want: () => [
      0.73644259,
      ...[-0.37025177, 0.35269226, 0.01755951, 0.03626072, 0.02199324, -0.05825396],
    ],
    tolerance: 2e-6,
  },
  {
    kernel: "adamUpdate",
    run: () =>
      twoSteps((variable, gradient, state, step) => {
        const [m, v] = state as [tf.Variable, tf.Variable];
        if (hasFlatUpdates()) {
          flatAdamUpdate(alone(variable, gradient), { m, v }, { ...ADAM, step, decoupled: false });
        } else adamUpdate({ variable, gradient, m, v }, { ...ADAM, step });
      }),
    want: () => [0.89592152, -2.18388342, 0.69269822, 2.80308614, 0.07387877],
    tolerance: 2e-6,
  },
  {
    kernel: "sgdUpdate",
    run: () =>
      twoSteps((variable, gradient, state) => {
        const velocity = state[0]!;
        if (hasFlatUpdates()) flatSgdUpdate(alone(variable, gradient), velocity, SGD);
        else sgdUpdate({ variable, gradient, velocity }, SGD);
      }),
    want: () => [0.876871, -2.422217, 1.2019105, 2.815283, -0.35817375],
    tolerance: 2e-6,
  },
  {
    kernel: "larsUpdate",
    run: () =>
      twoSteps((variable, gradient, state) => {
        const velocity = state[0]!;
        if (hasFlatUpdates()) flatLarsUpdate(alone(variable, gradient), velocity, LARS);
        else larsUpdate({ variable, gradient, velocity }, { ...LARS, adapt: true });
      }),
    want: () => [0.68497854, -2.47798428, 1.54635564, 2.76161365, -0.38522834],
    tolerance: 2e-6,
  },
  {
    kernel: "updateRunningStatistics",
    run: () => {
      const [mean, variance] = [tf.variable(tf.tensor([0, 1])), tf.variable(tf.tensor([1, 2]))];
      const batch = { mean: tf.tensor1d([1, -2]), variance: tf.tensor1d([4, 0.5]) };
      updateRunningStatistics({ mean, variance }, batch, { momentum: 0.1, rows: 5 });
      const all = joined([mean, variance]);
      tf.dispose([mean, variance]);
      return all;
    },
    want: () => [0.1, 0.7, 1.4, 1.8625],
    tolerance: 1e-6,
  },
  {
    kernel: "UnsortedSegmentSum",
    run: () =>
      tf.grad((table) => tf.gather(table, tf.tensor1d([2, 0, 2], "int32")))(
        tf.zeros([3, 5]),
        tf.tensor(DY),
      ),
    want: () => [-2, 1, 0.5, 1, -1, 0, 0, 0, 0, 0, 1.25, 1.5, 1, 1.5, 4],
    tolerance: 1e-6,
  },
];

/** Every case. */
export function fusedSelfTests(): SelfTestCase[] {
  return cases;
}
