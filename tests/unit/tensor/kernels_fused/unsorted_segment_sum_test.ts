import { assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { UnsupportedError } from "../../../../src/errors.ts";
import { Random } from "../../../../src/random.ts";
import { assertClose } from "../../../support/close.ts";
import { KERNEL_BACKENDS, onBackend } from "../../../support/test_backends.ts";

for (const backend of KERNEL_BACKENDS) {
  Deno.test(`segments are summed, whatever is out of range left out, on ${backend}`, () =>
    onBackend(backend, () => {
      const stream = new Random(5).stream("segments");
      for (
        const shape of [[1], [9], [1, 1], [7, 3], [20, 5], [1000, 16], [30, 3, 7], [6, 2, 2, 5]]
      ) {
        for (const segments of [1, 4, 11]) {
          const rows = shape[0]!;
          const x = Float32Array.from(
            { length: shape.reduce((a, b) => a * b) },
            () => stream.normal(),
          );
          const ids = Int32Array.from({ length: rows }, () => stream.integer(segments + 2) - 1);
          const size = x.length / rows;
          const wanted = new Float64Array(segments * size);
          x.forEach((value, i) => {
            const id = ids[Math.floor(i / size)]!;
            if (id >= 0 && id < segments) wanted[id * size + i % size]! += value;
          });
          tf.tidy(() => {
            const sums = tf.unsortedSegmentSum(tf.tensor(x, shape), tf.tensor1d(ids), segments);
            assertEquals(sums.shape, [segments, ...shape.slice(1)]);
            assertClose([...sums.dataSync(), 1], [...wanted, 1], 2e-6, `[${shape}]`);
          });
        }
      }
    }));

  Deno.test(`segments of whole numbers are whole numbers on ${backend}`, () =>
    onBackend(backend, () => {
      tf.tidy(() => {
        // Odd numbers beyond 2^24, which floats do not have.
        const x = tf.tensor2d([[16777217, 1], [2, 3], [4, 5]], [3, 2], "int32");
        const sums = tf.unsortedSegmentSum(x, tf.tensor1d([1, 1, 0], "int32"), 2);
        assertEquals(sums.dtype, "int32");
        assertEquals([...sums.dataSync()], [4, 5, 16777219, 4]);
      });
    }));

  Deno.test(`the gradient of looking rows up adds what comes back to each row on ${backend}`, () =>
    onBackend(backend, () => {
      tf.tidy(() => {
        const table = tf.tensor2d([[1, 2], [3, 4], [5, 6]]);
        const indices = tf.tensor2d([[2, 0], [2, 2]], [2, 2], "int32");
        const dy = tf.tensor3d([[[1, 2], [3, 4]], [[5, 6], [7, 8]]]);
        const gradient = tf.grad((t) => tf.gather(t, indices))(table as tf.Tensor, dy);
        assertEquals([...gradient.dataSync()], [3, 4, 0, 0, 13, 16]);
      });
    }));

  Deno.test(`segment ids that are not one a row are refused on ${backend}`, () =>
    onBackend(backend, () => {
      tf.tidy(() => {
        const x = tf.ones([3, 2]);
        const two = tf.tensor1d([0, 0], "int32");
        assertThrows(() => tf.unsortedSegmentSum(x, two, 1), UnsupportedError, "must be [3]");
      });
    }));
}
