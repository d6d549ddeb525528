import * as tf from "@tensorflow/tfjs";
import { Random } from "../../../../src/random.ts";
import { globalAveragePool } from "../../../../src/tensor/ops/global_average_pool.ts";
import { assertClose } from "../../../support/close.ts";
import { onBackend, TEST_BACKENDS, WEBGPU_BACKENDS } from "../../../support/test_backends.ts";

const SHAPES: [number, number, number, number][] = [
  [1, 1, 1, 1],
  [2, 3, 5, 3],
  [3, 4, 4, 16],
  [2, 1, 7, 17],
  [1, 40, 30, 5],
  [5, 8, 8, 64],
];

for (const backend of [...TEST_BACKENDS, ...WEBGPU_BACKENDS]) {
  Deno.test(`global average pooling is the mean over pixels, and so is its gradient, on ${backend}`, () =>
    onBackend(backend, async () => {
      for (const shape of SHAPES) {
        const [images, height, width, channels] = shape;
        const pixels = height * width;
        const stream = new Random(3).stream("pool", [shape.join().length]);
        const x = Float32Array.from({ length: images * pixels * channels }, () => stream.normal(1));
        const dy = Float32Array.from({ length: images * channels }, () => stream.normal());
        const wanted = new Float64Array(images * channels);
        const wantedGradient = new Float64Array(x.length);
        for (let i = 0; i < x.length; i++) {
          const pooled = Math.floor(i / (pixels * channels)) * channels + i % channels;
          wanted[pooled]! += x[i]! / pixels;
          wantedGradient[i] = dy[pooled]! / pixels;
        }
        const [y, dx] = tf.tidy(() => {
          const input = tf.tensor4d(x, shape);
          const gradient = tf.grad((t) => globalAveragePool(t as tf.Tensor4D))(
            input as tf.Tensor,
            tf.tensor2d(dy, [images, channels]),
          );
          return [globalAveragePool(input), gradient];
        });
        assertClose(await y.data(), wanted, 1e-6, `[${shape}]`);
        assertClose(await dx.data(), wantedGradient, 1e-6, `gradient of [${shape}]`);
        tf.dispose([y, dx]);
      }
    }));
}
