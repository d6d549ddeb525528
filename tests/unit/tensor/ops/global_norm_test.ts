import * as tf from "@tensorflow/tfjs";
import { Random } from "../../../../src/random.ts";
import { globalNorm } from "../../../../src/tensor/ops/global_norm.ts";
import { assertClose } from "../../../support/close.ts";
import { onBackend, TEST_BACKENDS, WEBGPU_BACKENDS } from "../../../support/test_backends.ts";

for (const backend of [...TEST_BACKENDS, ...WEBGPU_BACKENDS]) {
  Deno.test(`the norm over many tensors is that of all numbers together on ${backend}`, () =>
    onBackend(backend, async () => {
      const random = new Random(3).stream("norm");
      // More tensors than a WebGPU program may bind, of lengths around the vector loop's four.
      const arrays = [1, 2, 3, 4, 5, 7, 8, 9, 31, 64, 1003, 6].map((length) =>
        Float32Array.from({ length }, () => random.uniform(-0.3, 0.7))
      );
      const wanted = Math.sqrt(
        arrays.reduce((sum, array) => sum + array.reduce((inner, x) => inner + x * x, 0), 0),
      );
      const tensors = arrays.map((array) => tf.tensor1d(array));
      const norm = globalNorm(tensors);
      assertClose(await norm.data(), [wanted], 1e-6, "norm");
      tf.dispose([norm, ...tensors]);
    }));
}
