import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import { assertClose, BUILDS, normal, onCpu, run, useBuild } from "./compare.ts";

const CHANNELS = [1, 3, 4, 7, 8, 17];
const FILTERS = [[1, 1], [2, 2], [3, 3], [2, 4]] as const;

Deno.test("the gradient of max pooling equals the cpu backend's, in both builds", async () => {
  let i = 0;
  for (const filterSize of FILTERS) {
    for (const strides of [1, 2, 3]) {
      for (const pad of ["same", "valid"] as const) {
        i++;
        const x = normal([1 + i % 3, 7, 6 + i % 3, CHANNELS[i % CHANNELS.length]!], i);
        // Few distinct values, so that windows have ties: the first one must win.
        x.values = x.values.map((value) => Math.round(value));
        const gradient = (x: tf.Tensor) =>
          tf.grad((x: tf.Tensor) => {
            const y = tf.maxPool(x as tf.Tensor4D, [...filterSize], strides, pad);
            return tf.mul(y, tf.reshape(tf.range(0, y.size), y.shape));
          })(x);
        await useBuild(BUILDS[0]!);
        const want = await onCpu(gradient, [x]);
        for (const build of BUILDS) {
          await useBuild(build);
          assertClose(run(gradient, [x]), want, `${build}: ${filterSize} /${strides} ${pad}`);
        }
      }
    }
  }
});

Deno.test("a window of nothing but NaN has no largest input and no gradient", async () => {
  await useBuild(BUILDS[0]!);
  const x = { shape: [1, 1, 4, 1], values: new Float32Array([NaN, NaN, NaN, 2]) };
  const gradient = run(
    (x) => tf.grad((x: tf.Tensor) => tf.maxPool(x as tf.Tensor4D, [1, 2], [1, 2], "valid"))(x),
    [x],
  );
  assertEquals([...gradient.values], [0, 0, 0, 1]);
});

Deno.test("the gradient of average pooling shares among the inputs inside the image", async () => {
  for (const build of BUILDS) {
    await useBuild(build);
    // 3 columns, windows of 2 at stride 2, SAME: the last window has one input only.
    const x = normal([1, 1, 3, 5], 1);
    const gradient = run(
      (x) => tf.grad((x: tf.Tensor) => tf.avgPool(x as tf.Tensor4D, [1, 2], [1, 2], "same"))(x),
      [x],
    );
    assertEquals(
      [...gradient.values],
      [0.5, 0.5, 1].flatMap((share) => Array(5).fill(share)),
    );
  }
});
