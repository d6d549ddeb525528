import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { upsample } from "../../../../src/tensor/ops/upsample.ts";
import { onBackend, TEST_BACKENDS, WEBGPU_BACKENDS } from "../../../support/test_backends.ts";

const [N, H, W, C] = [2, 2, 3, 2] as const;

for (const backend of [...TEST_BACKENDS, ...WEBGPU_BACKENDS]) {
  for (const size of [[4, 6], [3, 5], [4, 5]] as [number, number][]) {
    Deno.test(`${backend}: upsampling to ${size} repeats pixels, its gradient sums them`, async () => {
      await onBackend(backend, async () => {
        const values = Float32Array.from({ length: N * H * W * C }, (_, i) => i);
        const [height, width] = size;
        const wanted: number[] = [];
        const gradient = new Float32Array(values.length);
        const weights: number[] = [];
        for (let n = 0; n < N; n++) {
          for (let y = 0; y < height; y++) {
            for (let x = 0; x < width; x++) {
              for (let c = 0; c < C; c++) {
                const from = ((n * H + (y >> 1)) * W + (x >> 1)) * C + c;
                wanted.push(values[from]!);
                const weight = (3 * weights.length) % 7 - 2;
                weights.push(weight);
                gradient[from]! += weight;
              }
            }
          }
        }
        const { value, grad } = tf.tidy(() => {
          const x = tf.tensor4d(values, [N, H, W, C]);
          const dy = tf.tensor4d(weights, [N, height, width, C]);
          return tf.valueAndGrad((x) => upsample(x as tf.Tensor4D, size))(x, dy);
        });
        assertEquals(value.shape, [N, height, width, C]);
        assertEquals([...await value.data()], wanted);
        assertEquals([...await grad.data()], [...gradient]);
        tf.dispose([value, grad]);
      });
    });
  }
}
