import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { InternalError } from "../../../../src/errors.ts";
import type { Collective } from "../../../../src/parallel/collective.ts";
import { singleReplica } from "../../../../src/parallel/single.ts";
import { kernel } from "../../../../src/tensor/kernels/module.ts";
import {
  contrastiveAccuracy,
  ntXent,
  ntXentValueAndGradient,
} from "../../../../src/tensor/ops/nt_xent.ts";
import { assertClose, finiteDifferences } from "../../../support/close.ts";
import { runReplicas } from "../../../support/replicas.ts";
import { onBackend, TEST_BACKENDS } from "../../../support/test_backends.ts";
import { makePairs, reference } from "./nt_xent_cases.ts";
import { referenceNtXent } from "./nt_xent_reference.ts";

/** The operation on rows of `d` numbers. */
function run(
  z: Float64Array,
  d: number,
  temperature: number,
  collective: Collective = singleReplica,
): { loss: number; accuracy: number; gradient: Float32Array } {
  return tf.tidy(() => {
    let accuracy: tf.Scalar | undefined;
    const { value, grad } = tf.valueAndGrad((t) => {
      const result = ntXent(t as tf.Tensor2D, { temperature, collective });
      accuracy = tf.keep(result.contrastiveAccuracy.clone());
      return result.loss;
    })(tf.tensor2d(Float32Array.from(z), [z.length / d, d]) as tf.Tensor);
    const values = {
      loss: value.dataSync()[0]!,
      accuracy: accuracy!.dataSync()[0]!,
      gradient: grad.dataSync<"float32">(),
    };
    tf.dispose(accuracy!);
    return values;
  });
}

Deno.test("the reference's gradient is that of its value by finite differences", () => {
  for (const temperature of [0.1, 1]) {
    const z = makePairs(3, 5);
    const wanted = finiteDifferences((x) => referenceNtXent(x, 5, temperature).loss, z);
    assertClose(referenceNtXent(z, 5, temperature).gradient, wanted, 1e-7, "gradient");
  }
});

for (const backend of TEST_BACKENDS) {
  for (const pairs of [1, 2, 3, 8, 33, 128]) {
    Deno.test(`NT-Xent of ${pairs} pairs matches the reference on ${backend}`, () =>
      onBackend(backend, () => {
        for (const d of [4, 5, 64, 128]) {
          for (const temperature of [0.01, 0.05, 0.1, 0.5, 1, 5]) {
            const wanted = reference(pairs, d, temperature);
            const actual = run(makePairs(pairs, d), d, temperature);
            const name = `${pairs} pairs of ${d} at ${temperature}`;
            // A cosine is exact to 1e-7 or so, and divided by the temperature.
            const tolerance = Math.max(2e-6, 4e-7 / temperature);
            assertAlmostEquals(actual.loss, wanted.loss, tolerance * (1 + wanted.loss), name);
            assertClose(actual.gradient, wanted.gradient, 4 * tolerance, name);
            assertAlmostEquals(actual.accuracy, wanted.accuracy, 1e-6, name);
          }
        }
      }));
  }

  for (const size of [2, 3]) {
    Deno.test(`NT-Xent over ${size} replicas is that of all rows together on ${backend}`, () =>
      onBackend(backend, () => {
        const [d, pairs, temperature] = [20, 35, 0.2];
        const z = makePairs(pairs * size, d);
        const wanted = referenceNtXent(z, d, temperature);
        const own = (rank: number) => z.subarray(rank * pairs * 2 * d, (rank + 1) * pairs * 2 * d);
        const parts = runReplicas(
          size,
          (collective) => run(own(collective.rank), d, temperature, collective),
        );
        for (const { loss, accuracy } of parts) {
          assertEquals(loss, parts[0]!.loss);
          assertAlmostEquals(loss, wanted.loss, 1e-5);
          assertAlmostEquals(accuracy, wanted.accuracy, 1e-6);
        }
        const gradient = Float32Array.from(parts.flatMap((part) => [...part.gradient]));
        assertClose(gradient, wanted.gradient, 1e-5, "gradient");
        const accuracies = runReplicas(size, (collective) =>
          tf.tidy(() => {
            const rows = tf.tensor2d(Float32Array.from(own(collective.rank)), [2 * pairs, d]);
            return contrastiveAccuracy(rows, { collective }).dataSync()[0]!;
          }));
        assertClose(accuracies, new Array(size).fill(wanted.accuracy), 1e-6, "accuracy");
      }));
  }

  Deno.test(`NT-Xent of rows of any length has the same value on ${backend}`, () =>
    onBackend(backend, () => {
      const d = 16;
      const z = makePairs(8, d);
      const wanted = run(z, d, 0.5);
      for (const scale of [1e-30, 1e-18, 1e18, 1e30]) {
        const actual = run(z.map((value) => value * scale), d, 0.5);
        assertAlmostEquals(actual.loss, wanted.loss, 1e-5);
        assertClose(
          actual.gradient,
          wanted.gradient.map((value) => value / scale),
          1e-5,
          `gradient at ${scale}`,
        );
      }
    }));

  Deno.test(`NT-Xent of a collapsed encoder is log(2K - 1), without gradient, on ${backend}`, () =>
    onBackend(backend, () => {
      for (const temperature of [0.05, 0.5]) {
        const z = Float64Array.from({ length: 60 * 7 }, (_, i) => Math.fround(0.3 * (i % 7) - 1));
        const { loss, gradient, accuracy } = run(z, 7, temperature);
        assertAlmostEquals(loss, Math.log(59), 1e-5);
        assertClose([...gradient, 1], [...z.map(() => 0), 1], 1e-6, "gradient");
        assertEquals(accuracy, 0);
      }
    }));

  Deno.test(`NT-Xent of opposite pairs is finite at a low temperature on ${backend}`, () =>
    onBackend(backend, () => {
      // Nothing is similar to the pair, and everything else is identical.
      const z = Float64Array.from([1, 0, -1, 0, 1, 0, -1, 0]);
      const wanted = referenceNtXent(z, 2, 0.01);
      const { loss, gradient } = run(z, 2, 0.01);
      assertAlmostEquals(loss, wanted.loss, 1e-3);
      assert(gradient.every(Number.isFinite));
    }));

  Deno.test(`NT-Xent gives a row of zeros no gradient on ${backend}`, () =>
    onBackend(backend, () => {
      const z = makePairs(4, 6);
      z.fill(0, 12, 18);
      const { loss, gradient } = run(z, 6, 0.5);
      assert(Number.isFinite(loss) && gradient.every(Number.isFinite));
      assert(gradient.subarray(12, 18).every((value) => value === 0));
    }));

  Deno.test(`NT-Xent of NaN is NaN on ${backend}`, () =>
    onBackend(backend, () => {
      const z = makePairs(4, 6);
      z[9] = NaN;
      assertEquals(run(z, 6, 0.5).loss, NaN);
    }));

  Deno.test(`contrastive accuracy counts rows whose pair is nearest on ${backend}`, () =>
    onBackend(backend, () => {
      tf.tidy(() => {
        // Rows 0 and 1 are near each other; 2 is nearer to 0 than to 3; 3 is nearest to 2.
        const z = tf.tensor2d([[1, 0], [1, 0.1], [1, -0.2], [0, -1]]);
        assertEquals(contrastiveAccuracy(z).dataSync()[0], 0.75);
        assertEquals(contrastiveAccuracy(z, { collective: singleReplica }).dataSync()[0], 0.75);
      });
    }));

  Deno.test(`NT-Xent of plain numbers has losses of rows and the gradient on ${backend}`, () =>
    onBackend(backend, async () => {
      const z = makePairs(33, 5);
      const wanted = reference(33, 5, 0.1);
      const actual = await ntXentValueAndGradient(Float32Array.from(z), 66, 5, 0.1);
      assertAlmostEquals(actual.loss, wanted.loss, 1e-5);
      assertClose(actual.perRow, wanted.perRow, 1e-5, "per row");
      assertClose(actual.gradient, wanted.gradient, 1e-5, "gradient");
    }));

  Deno.test(`NT-Xent's gradient is scaled by what comes after it on ${backend}`, () =>
    onBackend(backend, () => {
      tf.tidy(() => {
        const z = tf.tensor2d(Float32Array.from(makePairs(3, 5)), [6, 5]) as tf.Tensor;
        const options = { temperature: 0.1, collective: singleReplica };
        const gradient = tf.grad((t) =>
          tf.mul(ntXent(t as tf.Tensor2D, options).loss, -3) as tf.Scalar
        )(z);
        const wanted = reference(3, 5, 0.1).gradient.map((value) => -3 * value);
        assertClose(gradient.dataSync(), wanted, 1e-5, "gradient");
      });
    }));
}

Deno.test("NT-Xent of 16384 rows of 128 takes less than 20 MiB of scratch", () =>
  onBackend("wasm simd", () => {
    // The matrix of similarities would be a GiB.
    assert(kernel("ntXentGradientScratch")(16384, 128) < 20 * 2 ** 20);
  }));

Deno.test("NT-Xent refuses odd rows, a temperature of 0 and sizes that do not fit", () =>
  onBackend("cpu", async () => {
    tf.tidy(() => {
      const options = { temperature: 0.5, collective: singleReplica };
      const odd = tf.ones([3, 2]) as tf.Tensor2D;
      assertThrows(() => ntXent(odd, options), InternalError, "even number of rows");
      const even = tf.ones([4, 2]) as tf.Tensor2D;
      for (const temperature of [0, -1, NaN, Infinity]) {
        assertThrows(
          () => ntXent(even, { ...options, temperature }),
          InternalError,
          "temperature must be above 0",
        );
      }
    });
    await assertRejects(
      () => ntXentValueAndGradient(new Float32Array(7), 4, 2, 0.5),
      InternalError,
      "4 rows of 2 are not 7 numbers",
    );
  }));
