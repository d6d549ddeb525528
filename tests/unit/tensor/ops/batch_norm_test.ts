import { assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { InternalError } from "../../../../src/errors.ts";
import { singleReplica } from "../../../../src/parallel/single.ts";
import { batchNormInference, batchNormTraining } from "../../../../src/tensor/ops/batch_norm.ts";
import { assertClose, finiteDifferences } from "../../../support/close.ts";
import { runReplicas } from "../../../support/replicas.ts";
import { onBackend, TEST_BACKENDS } from "../../../support/test_backends.ts";
import {
  assertMatches,
  compute,
  EPSILON,
  makeCase,
  type RunOptions,
  tensor,
} from "./batch_norm_cases.ts";
import {
  type BatchNormCase,
  referenceGradients,
  referenceOutput,
  referenceStatistics,
} from "./batch_norm_reference.ts";

/** The numbers of {@linkcode compute}. */
function run(
  given: BatchNormCase & { dy: Float64Array },
  options: RunOptions = {},
): Record<string, Float32Array> {
  return tf.tidy(() => {
    const out = compute(given, options);
    const values = Object.entries(out).map(([name, t]) => [name, t.dataSync<"float32">()] as const);
    tf.dispose(out);
    return Object.fromEntries(values);
  });
}

Deno.test("the reference's gradients are those of its value by finite differences", () => {
  const given = makeCase(5, 3);
  const loss = (part: Partial<BatchNormCase>) =>
    referenceOutput({ ...given, ...part }).reduce((sum, y, i) => sum + y * given.dy[i]!, 0);
  const gradients = referenceGradients(given, given.dy);
  const by = (name: "x" | "gamma" | "beta" | "residual") =>
    finiteDifferences((values) => loss({ [name]: values }), given[name]!);
  assertClose(gradients.dx, by("x"), 1e-8, "dx");
  assertClose(gradients.dGamma, by("gamma"), 1e-8, "dGamma");
  assertClose(gradients.dBeta, by("beta"), 1e-8, "dBeta");
  assertClose(gradients.dResidual, by("residual"), 1e-8, "dResidual");
});

for (const backend of TEST_BACKENDS) {
  Deno.test(`batch norm and its gradients match the reference on ${backend}`, () =>
    onBackend(backend, () => {
      for (const rows of [1, 2, 7, 257, 1000]) {
        for (const channels of [1, 3, 5, 16, 17, 64]) {
          for (const relu of [false, true]) {
            const given = makeCase(rows, channels, { relu, residual: rows !== 257 });
            assertMatches(run(given), given);
            if (rows < 257) assertMatches(run(given, { frozen: true }), given, { frozen: true });
          }
        }
      }
    }));

  Deno.test(`batch norm takes images, with or without residual, on ${backend}`, () =>
    onBackend(backend, () => {
      for (const residual of [false, true]) {
        for (const relu of [false, true]) {
          const given = makeCase(2 * 3 * 5, 20, { relu, residual });
          assertMatches(run(given, { shape: [2, 3, 5, 20] }), given);
        }
      }
    }));

  Deno.test(`batch norm keeps its digits where the mean is far from zero on ${backend}`, () =>
    onBackend(backend, () => {
      const given = makeCase(1000, 17, { mean: 1000, deviation: 1 });
      // x itself has a grain of 6e-5 here, and the mean is rounded to it.
      assertMatches(run(given), given, { tolerance: 1e-4 });
    }));

  for (const size of [2, 3]) {
    Deno.test(`batch norm over ${size} replicas equals one over all rows on ${backend}`, () =>
      onBackend(backend, () => {
        const rows = 12 * size;
        const given = makeCase(rows, 17);
        const parts = runReplicas(size, (collective) =>
          run(given, {
            collective,
            from: 12 * collective.rank,
            to: 12 * (collective.rank + 1),
          }));
        const joined = (name: string) =>
          Float32Array.from(parts.flatMap((part) => [...part[name]!]));
        const summed = (name: string) =>
          parts[0]![name]!.map((_, i) => parts.reduce((sum, part) => sum + part[name]![i]!, 0));
        for (const part of parts) {
          assertEquals(part.mean, parts[0]!.mean);
          assertEquals(part.variance, parts[0]!.variance);
        }
        assertMatches({
          y: joined("y"),
          mean: parts[0]!.mean!,
          variance: parts[0]!.variance!,
          dx: joined("dx"),
          dResidual: joined("dResidual"),
          dGamma: summed("dGamma"),
          dBeta: summed("dBeta"),
        }, given);
      }));
  }

  Deno.test(`batch norm shows NaN instead of hiding it behind its ReLU on ${backend}`, () =>
    onBackend(backend, () => {
      const given = makeCase(7, 5);
      given.x[12] = NaN;
      const { y } = run(given);
      assertEquals(Array.from(y!, Number.isNaN), Array.from(y!, (_, i) => i % 5 === 2));
    }));

  Deno.test(`batch norm of equal values is beta and has no gradient on ${backend}`, () =>
    onBackend(backend, () => {
      const given = makeCase(300, 5, { relu: false, residual: false });
      given.x.fill(Math.fround(0.1));
      const { y, variance, dx } = run(given);
      assertClose(y!, referenceOutput(given), 1e-5, "y");
      assertClose(variance!, [1e-12, 0, 0, 0, 0], 1, "variance");
      const wanted = referenceGradients(given, given.dy).dx;
      assertClose(dx!, wanted, 1e-5, "dx");
    }));
}

Deno.test("batch norm's statistics of many rows are exact to single precision", () =>
  onBackend("wasm simd", () => {
    const rows = 300_000;
    const given = makeCase(rows, 4, { mean: 30, deviation: 0.1, relu: false, residual: false });
    const wanted = referenceStatistics(given);
    tf.tidy(() => {
      const { mean, variance, count } = batchNormTraining(
        tensor(given.x, [rows / 100, 10, 10, 4]),
        tensor(given.gamma, [4]) as tf.Tensor1D,
        tensor(given.beta, [4]) as tf.Tensor1D,
        { epsilon: EPSILON, relu: false, collective: singleReplica },
      );
      assertEquals(count, rows);
      assertClose(mean.dataSync(), wanted.mean, 6e-8, "mean");
      assertClose(variance.dataSync(), wanted.variance, 1e-6, "variance");
    });
  }));

Deno.test("batch norm refuses shapes that do not fit", () =>
  onBackend("cpu", () => {
    tf.tidy(() => {
      const x: tf.Tensor = tf.zeros([2, 3]);
      const three = tf.ones([3]) as tf.Tensor1D;
      const four = tf.ones([4]) as tf.Tensor1D;
      const options = { epsilon: EPSILON, relu: false };
      assertThrows(
        () => batchNormTraining(x, three, four, { ...options, collective: singleReplica }),
        InternalError,
        "must be [3]",
      );
      assertThrows(
        () =>
          batchNormInference(x, three, three, three, three, {
            ...options,
            residual: tf.zeros([3, 2]),
          }),
        InternalError,
        "residual",
      );
    });
  }));
