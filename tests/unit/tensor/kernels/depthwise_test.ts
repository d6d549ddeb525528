import * as tf from "@tensorflow/tfjs";
import { assertClose, BUILDS, normal, onCpu, run, useBuild } from "./compare.ts";

const CHANNELS = [1, 2, 3, 5, 7, 8, 16, 17, 33];
const FILTERS: [number, number][] = [[1, 1], [2, 2], [3, 3], [4, 2], [5, 5]];
const STRIDES = [1, 2, 3];
const PADS = ["same", "valid", 2] as const;

Deno.test("both depthwise gradients equal the cpu backend's on every shape, in both builds", async () => {
  let i = 0;
  for (const [h, w] of FILTERS) {
    for (const strides of STRIDES) {
      for (const pad of PADS) {
        for (const multiplier of [1, 2 + i % 2]) {
          i++;
          const channels = CHANNELS[i % CHANNELS.length]!;
          const xShape: [number, number, number, number] = [1 + i % 3, 7, 5 + i % 4, channels];
          const filterShape: [number, number, number, number] = [h, w, channels, multiplier];
          const info = tf.backend_util.computeConv2DInfo(
            xShape,
            filterShape,
            strides,
            1,
            pad,
            "floor",
            true,
          );
          const x = normal(xShape, i);
          const filter = normal(filterShape, i + 1000);
          const dy = normal(info.outShape, i + 2000);
          const attrs = { strides, pad, dilations: 1, dimRoundingMode: "floor" };
          const input = (dy: tf.Tensor, filter: tf.Tensor) =>
            tf.engine().runKernel(tf.DepthwiseConv2dNativeBackpropInput, { dy, filter }, {
              ...attrs,
              inputShape: xShape,
            }) as tf.Tensor;
          const weights = (x: tf.Tensor, dy: tf.Tensor) =>
            tf.engine().runKernel(tf.DepthwiseConv2dNativeBackpropFilter, { x, dy }, {
              ...attrs,
              filterShape,
            }) as tf.Tensor;
          const label = `x [${xShape}] filter [${filterShape}] strides ${strides} pad ${pad}`;
          await useBuild(BUILDS[0]!);
          const wantInput = await onCpu(input, [dy, filter]);
          const wantFilter = await onCpu(weights, [x, dy]);
          for (const build of BUILDS) {
            await useBuild(build);
            assertClose(run(input, [dy, filter]), wantInput, `${build}: input, ${label}`);
            assertClose(run(weights, [x, dy]), wantFilter, `${build}: filter, ${label}`);
          }
        }
      }
    }
  }
});
