import * as tf from "@tensorflow/tfjs";
import { assertThrows } from "@std/assert";
import { UnsupportedError } from "../../../../src/errors.ts";
import { assertClose, BUILDS, normal, onCpu, run, useBuild } from "./compare.ts";

Deno.test("fused conv2d adds the bias and applies any activation", async () => {
  for (const build of BUILDS) {
    await useBuild(build);
    for (
      const activation of ["linear", "relu", "relu6", "leakyrelu", "prelu", "sigmoid"] as const
    ) {
      for (const [channels, out] of [[3, 16], [16, 20], [5, 7]] as const) {
        const inputs = [normal([2, 9, 7, channels], 1), normal([3, 3, channels, out], 2)];
        inputs.push(normal([out], 3), normal([out], 4));
        const convolve = (x: tf.Tensor, filter: tf.Tensor, bias: tf.Tensor, slopes: tf.Tensor) =>
          tf.fused.conv2d({
            x: x as tf.Tensor4D,
            filter: filter as tf.Tensor4D,
            strides: 2,
            pad: "same",
            bias,
            activation,
            leakyreluAlpha: 0.2,
            ...(activation === "prelu" ? { preluActivationWeights: slopes! } : {}),
          });
        assertClose(
          run(convolve, inputs),
          await onCpu(convolve, inputs),
          `${build}: ${activation}, ${channels} to ${out}`,
        );
      }
    }
  }
});

Deno.test("conv2d with dilation is tfjs's own", async () => {
  await useBuild(BUILDS[0]!);
  const inputs = [normal([2, 9, 9, 8], 1), normal([3, 3, 8, 8], 2)];
  const convolve = (x: tf.Tensor, filter: tf.Tensor) =>
    tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, "same", "NHWC", 2);
  assertClose(run(convolve, inputs), await onCpu(convolve, inputs), "dilation 2");
});

Deno.test("conv2d refuses NCHW by name", async () => {
  await useBuild(BUILDS[0]!);
  const x = tf.zeros<tf.Rank.R4>([1, 8, 4, 4]);
  const filter = tf.zeros<tf.Rank.R4>([3, 3, 8, 8]);
  assertThrows(() => tf.conv2d(x, filter, 1, "same", "NCHW"), UnsupportedError, "got NCHW");
  tf.dispose([x, filter]);
});

Deno.test("not-a-number and infinity pass through a convolution and its ReLU", async () => {
  await useBuild(BUILDS[0]!);
  const x = tf.tensor4d([NaN, Infinity, -Infinity, 1], [1, 2, 2, 1]);
  const filter = tf.ones<tf.Rank.R4>([1, 1, 1, 1]);
  const y = tf.fused.conv2d({ x, filter, strides: 1, pad: "same", activation: "relu" });
  const values = y.dataSync<"float32">();
  tf.dispose([x, filter, y]);
  assertClose(
    { shape: [2], values: values.slice(2) },
    { shape: [2], values: new Float32Array([0, 1]) },
    "ReLU",
  );
  if (!Number.isNaN(values[0]) || values[1] !== Infinity) throw new Error(`got ${values}`);
});
