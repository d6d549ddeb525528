import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { InternalError } from "../../../../src/errors.ts";
import type { Collective } from "../../../../src/parallel/collective.ts";
import { Random } from "../../../../src/random.ts";
import { sparseSoftmaxCrossEntropy } from "../../../../src/tensor/ops/sparse_softmax_cross_entropy.ts";
import { assertClose, finiteDifferences } from "../../../support/close.ts";
import { runReplicas } from "../../../support/replicas.ts";
import { onBackend, TEST_BACKENDS } from "../../../support/test_backends.ts";

interface Case {
  classes: number;
  logits: Float64Array;
  labels: Int32Array;
}

function makeCase(rows: number, classes: number, scale = 3): Case {
  const stream = new Random(2).stream("logits", [rows, classes]);
  return {
    classes,
    logits: Float64Array.from(
      { length: rows * classes },
      () => Math.fround(stream.normal(0, scale)),
    ),
    labels: Int32Array.from({ length: rows }, () => stream.integer(classes)),
  };
}

function reference({ logits, labels, classes }: Case) {
  const gradient = new Float64Array(logits.length);
  let loss = 0;
  labels.forEach((label, row) => {
    const values = logits.subarray(row * classes, (row + 1) * classes);
    const largest = Math.max(...values);
    const sum = values.reduce((total, value) => total + Math.exp(value - largest), 0);
    loss += (Math.log(sum) + largest - values[label]!) / labels.length;
    values.forEach((value, c) => {
      const probability = Math.exp(value - largest) / sum;
      gradient[row * classes + c] = (probability - Number(c === label)) / labels.length;
    });
  });
  return { loss, gradient };
}

function run({ logits, labels, classes }: Case, collective?: Collective) {
  return tf.tidy(() => {
    const { value, grad } = tf.valueAndGrad((t) =>
      sparseSoftmaxCrossEntropy(
        t as tf.Tensor2D,
        tf.tensor1d(labels, "int32"),
        collective === undefined ? {} : { collective },
      )
    )(tf.tensor2d(Float32Array.from(logits), [labels.length, classes]) as tf.Tensor);
    return { loss: value.dataSync()[0]!, gradient: grad.dataSync<"float32">() };
  });
}

Deno.test("the reference's gradient is that of its value by finite differences", () => {
  const given = makeCase(4, 3);
  const wanted = finiteDifferences(
    (logits) => reference({ ...given, logits }).loss,
    given.logits,
  );
  assertClose(reference(given).gradient, wanted, 1e-8, "gradient");
});

for (const backend of TEST_BACKENDS) {
  Deno.test(`sparse softmax cross-entropy matches the reference on ${backend}`, () =>
    onBackend(backend, () => {
      for (const [rows, classes] of [[1, 2], [1, 4], [2, 3], [7, 17], [100, 64]] as const) {
        for (const scale of [1, 10, 1000]) {
          const given = makeCase(rows, classes, scale);
          const wanted = reference(given);
          const { loss, gradient } = run(given);
          assertAlmostEquals(loss, wanted.loss, 1e-6 * (1 + scale));
          // A logit of 1000 has a grain of 6e-5, and so has its probability.
          const tolerance = Math.max(2e-6, scale * 1e-6);
          assertClose([...gradient, 1 / rows], [...wanted.gradient, 1 / rows], tolerance, "d");
        }
      }
    }));

  Deno.test(`sparse softmax cross-entropy over replicas is the global mean on ${backend}`, () =>
    onBackend(backend, () => {
      const given = makeCase(9, 5);
      const wanted = reference(given);
      // Unequal shares: the mean is over rows, not over replicas.
      const ends = [0, 2, 9];
      const parts = runReplicas(2, (collective) => {
        const [from, to] = [ends[collective.rank]!, ends[collective.rank + 1]!];
        return run({
          classes: 5,
          logits: given.logits.subarray(from * 5, to * 5),
          labels: given.labels.subarray(from, to),
        }, collective);
      });
      for (const { loss } of parts) assertAlmostEquals(loss, wanted.loss, 1e-6);
      const gradient = parts.flatMap((part) => [...part.gradient]);
      assertClose(gradient, wanted.gradient, 2e-6, "gradient");
    }));

  Deno.test(`a label that is no class makes the cross-entropy NaN on ${backend}`, () =>
    onBackend(backend, () => {
      for (const label of [-1, 3]) {
        const given = makeCase(4, 3);
        given.labels[1] = label;
        assertEquals(run(given).loss, NaN);
      }
    }));
}

Deno.test("the cross-entropy refuses labels that are not one a row, and a single class", () =>
  onBackend("cpu", () => {
    tf.tidy(() => {
      const labels = tf.tensor1d([0, 0, 0], "int32");
      assertThrows(
        () => sparseSoftmaxCrossEntropy(tf.ones([4, 3]), labels),
        InternalError,
        "4 rows have 3 labels",
      );
      assertThrows(
        () => sparseSoftmaxCrossEntropy(tf.ones([3, 1]), labels),
        InternalError,
        "must be 2 classes, 1",
      );
    });
  }));
