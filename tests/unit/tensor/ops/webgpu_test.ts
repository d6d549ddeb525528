/**
 * Every operation once on WebGPU, software adapter or not: by our programs, which
 * `tests/unit/tensor/programs/` compares with references, and composed of tfjs's own, which the
 * other tests compare with references on tfjs's cpu backend.
 *
 * @module
 */
import { assertAlmostEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { UnsupportedError } from "../../../../src/errors.ts";
import { singleReplica } from "../../../../src/parallel/single.ts";
import { Random } from "../../../../src/random.ts";
import { adamUpdate } from "../../../../src/tensor/ops/adam_update.ts";
import { batchNormTraining } from "../../../../src/tensor/ops/batch_norm.ts";
import { globalAveragePool } from "../../../../src/tensor/ops/global_average_pool.ts";
import {
  contrastiveAccuracy,
  ntXent,
  ntXentValueAndGradient,
} from "../../../../src/tensor/ops/nt_xent.ts";
import { registerPrograms, unregisterPrograms } from "../../../../src/tensor/programs/mod.ts";
import { sgdUpdate } from "../../../../src/tensor/ops/sgd_update.ts";
import { sparseSoftmaxCrossEntropy } from "../../../../src/tensor/ops/sparse_softmax_cross_entropy.ts";
import { assertClose } from "../../../support/close.ts";
import { runReplicas } from "../../../support/replicas.ts";
import { onBackend, type TestBackend, WEBGPU_BACKENDS } from "../../../support/test_backends.ts";

const missing = WEBGPU_BACKENDS.length === 0;

function numbers(name: string, shape: number[]): tf.Tensor {
  const stream = new Random(1).stream(name);
  const length = shape.reduce((a, b) => a * b);
  return tf.tensor(Float32Array.from({ length }, () => stream.normal()), shape);
}

/** Runs all operations on a backend; every number that came out, by name. */
async function runAll(
  backend: TestBackend,
  prepare: () => void = () => {},
): Promise<Record<string, Float32Array>> {
  const out: Record<string, Float32Array> = {};
  await onBackend(backend, async () => {
    prepare();
    const tensors: Record<string, tf.Tensor> = tf.tidy(() => {
      const x = numbers("x", [4, 3, 3, 5]);
      const gamma = numbers("gamma", [5]);
      const beta = numbers("beta", [5]);
      const residual = numbers("residual", [4, 3, 3, 5]);
      const [dx, dGamma, dBeta, dResidual] = tf.grads((...args: tf.Tensor[]) => {
        const [x, gamma, beta, residual] = args as [
          tf.Tensor4D,
          tf.Tensor1D,
          tf.Tensor1D,
          tf.Tensor4D,
        ];
        const options = { epsilon: 1e-3, relu: true, residual, collective: singleReplica };
        return globalAveragePool(batchNormTraining(x, gamma, beta, options).y);
      })([x, gamma, beta, residual], numbers("dy", [4, 5]));
      const z = numbers("z", [10, 6]);
      const loss = tf.valueAndGrad((t) =>
        ntXent(t as tf.Tensor2D, { temperature: 0.3, collective: singleReplica }).loss
      )(z);
      const logits = numbers("logits", [5, 4]);
      const labels = tf.tensor1d([0, 3, 1, 1, 2], "int32");
      const entropy = tf.valueAndGrad((t) => sparseSoftmaxCrossEntropy(t as tf.Tensor2D, labels))(
        logits,
      );
      const [w, m, v] = [
        tf.variable(x),
        tf.variable(tf.zerosLike(x)),
        tf.variable(tf.zerosLike(x)),
      ];
      const adam = { learningRate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.1 };
      const sgd = { learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.1 };
      adamUpdate({ variable: w!, gradient: residual, m: m!, v: v! }, { ...adam, step: 1 });
      adamUpdate({ variable: w!, gradient: x, m: m!, v: v! }, { ...adam, step: 2 });
      sgdUpdate({ variable: w!, gradient: residual, velocity: m! }, sgd);
      const updated = tf.clone(w!);
      tf.dispose([w!, m!, v!]);
      return {
        dx: dx!,
        dGamma: dGamma!,
        dBeta: dBeta!,
        dResidual: dResidual!,
        ntXent: loss.value,
        ntXentGradient: loss.grad,
        accuracy: contrastiveAccuracy(z as tf.Tensor2D),
        entropy: entropy.value,
        entropyGradient: entropy.grad,
        updated,
      };
    });
    for (const [name, tensor] of Object.entries(tensors)) {
      out[name] = await tensor.data<"float32">();
    }
    tf.dispose(tensors);
    const z = Float32Array.from({ length: 60 }, (_, i) => Math.sin(i * i));
    const plain = await ntXentValueAndGradient(z, 10, 6, 0.3);
    out.plainGradient = plain.gradient;
    out.plainRows = plain.perRow;
    assertAlmostEquals(plain.loss, plain.perRow.reduce((a, b) => a + b) / 10, 1e-6);
  });
  return out;
}

Deno.test({
  name: "operations on webgpu give what they give on wasm",
  ignore: missing,
  fn: async () => {
    const wanted = await runAll("wasm simd");
    for (const prepare of [registerPrograms, unregisterPrograms]) {
      const actual = await runAll("webgpu", prepare);
      for (const [name, values] of Object.entries(wanted)) {
        assertClose(actual[name]!, values, 2e-5, `${name} after ${prepare.name}`);
      }
    }
    registerPrograms();
  },
});

Deno.test({
  name: "replicas on webgpu are refused",
  ignore: missing,
  fn: () =>
    onBackend("webgpu", () => {
      tf.tidy(() => {
        const z = numbers("z", [4, 3]) as tf.Tensor2D;
        assertThrows(
          () => runReplicas(2, (collective) => contrastiveAccuracy(z, { collective })),
          UnsupportedError,
          "Cannot run several replicas on webgpu",
        );
      });
    }),
});
