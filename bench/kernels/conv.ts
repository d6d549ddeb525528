/**
 * `deno task bench:kernels [milliseconds a figure]`: GFLOP/s of our convolution kernels and of
 * tfjs's own, run in turn so that both see the same machine; best times count. For the layers of
 * `resnet8` also the share each takes of the encoder's forward and backward pass, and at the end the
 * whole encoder, training, plain and frozen.
 *
 * @module
 */
// deno-lint-ignore-file no-console
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";

const stock = new Map(
  [tf.Conv2D, tf.Conv2DBackpropInput].map((name) => [name, tf.getKernel(name, "wasm")]),
);
const { selectBackend } = await import("../../src/tensor/backend.ts");
const { freezeEncoder } = await import("../../src/encoders/frozen_encoder.ts");
const { createEncoder } = await import("../../src/encoders/mod.ts");
const { Random } = await import("../../src/random.ts");
const report = await selectBackend("wasm");
const budget = Number(Deno.args[0] ?? 400);

/** As many as a training batch has in flight, few enough for many runs. */
const IMAGES = 32;

interface Shape {
  size: number;
  channels: number;
  out: number;
  kernel: number;
  stride: number;
  /** How often `resnet8` of width 16 has it. */
  times?: number;
}

const SHAPES: Shape[] = [
  { size: 32, channels: 3, out: 16, kernel: 3, stride: 1, times: 1 },
  { size: 32, channels: 16, out: 16, kernel: 3, stride: 1, times: 2 },
  { size: 32, channels: 16, out: 32, kernel: 3, stride: 2, times: 1 },
  { size: 32, channels: 16, out: 32, kernel: 1, stride: 2, times: 1 },
  { size: 16, channels: 32, out: 32, kernel: 3, stride: 1, times: 1 },
  { size: 16, channels: 32, out: 64, kernel: 3, stride: 2, times: 1 },
  { size: 16, channels: 32, out: 64, kernel: 1, stride: 2, times: 1 },
  { size: 8, channels: 64, out: 64, kernel: 3, stride: 1, times: 1 },
  { size: 8, channels: 128, out: 128, kernel: 3, stride: 1 },
  { size: 4, channels: 256, out: 256, kernel: 3, stride: 1 },
  { size: 16, channels: 64, out: 64, kernel: 1, stride: 1 },
  { size: 16, channels: 32, out: 32, kernel: 5, stride: 1 },
  { size: 16, channels: 32, out: 64, kernel: 5, stride: 2 },
  { size: 28, channels: 1, out: 16, kernel: 3, stride: 1 },
];

const stream = new Random(1).stream("bench");

function random(shape: [number, number, number, number]): tf.Tensor4D {
  const size = tf.util.sizeFromShape(shape);
  return tf.tensor(Float32Array.from({ length: size }, () => stream.uniform(-1, 1)), shape);
}

function milliseconds(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** Best time of each, in turn, within the budget. */
function fastest(works: (() => unknown)[], limit = budget): number[] {
  const best = works.map((work) => milliseconds(work));
  for (const start = performance.now(); performance.now() - start < limit;) {
    works.forEach((work, i) => best[i] = Math.min(best[i]!, milliseconds(work)));
  }
  return best;
}

const encoder = createEncoder({ name: "resnet8", width: 16 }, 3, new Random(1));
const frozen = freezeEncoder(encoder);
const images = random([IMAGES, 32, 32, 3]);
const variables = encoder.parameters().map(({ variable }) => variable);
const [training, plain, folded] = fastest([
  () =>
    tf.tidy(() => {
      const loss = () => encoder.apply(images, { training: true }).pooled.mean<tf.Scalar>();
      void tf.variableGrads(loss, variables).value.dataSync();
    }),
  () => tf.tidy(() => void encoder.apply(images, { training: false }).pooled.dataSync()),
  () => tf.tidy(() => void frozen.apply(images).pooled.dataSync()),
], 8 * budget) as [number, number, number];

/** GFLOP/s of ours beside tfjs's, and how long ours took. */
function figure(
  name: string,
  inputs: tf.NamedTensorMap,
  attrs: tf.NamedAttrMap,
  flops: number,
): { text: string; time: number } {
  const works = [tf.getKernel(name, "wasm"), stock.get(name)].filter((config) => config)
    .map((config) => () => {
      const result = config!.kernelFunc({ inputs, attrs, backend: tf.backend() });
      tf.backend().disposeData((result as tf.TensorInfo).dataId);
    });
  const times = fastest(works);
  const [ours, theirs] = times.map((time) => flops / time / 1e6);
  const text = theirs === undefined
    ? ours!.toFixed(1)
    : `${ours!.toFixed(1)} (${theirs.toFixed(1)})`;
  return { text, time: times[0]! };
}

console.log(
  `${report.adapter}, ${IMAGES} images, "same" padding; best times\n` +
    "GFLOP/s as for the direct way (tfjs's own); share of resnet8's forward and backward pass",
);
const share = (time: number) => `${(100 * time / training).toFixed(1)} %`;
let all = 0;
for (const { size, channels, out, kernel, stride, times } of SHAPES) {
  const x = random([IMAGES, size, size, channels]);
  const filter = random([kernel, kernel, channels, out]);
  const outSize = Math.ceil(size / stride);
  const dy = random([IMAGES, outSize, outSize, out]);
  const flops = 2 * IMAGES * outSize ** 2 * kernel ** 2 * channels * out;
  const attrs = { strides: stride, pad: "same", dataFormat: "NHWC", dilations: 1 };
  const kernels = {
    forward: figure(tf.Conv2D, { x, filter }, attrs, flops),
    "input gradient": figure(
      tf.Conv2DBackpropInput,
      { dy, filter },
      { ...attrs, inputShape: x.shape },
      flops,
    ),
    "filter gradient": figure(
      tf.Conv2DBackpropFilter,
      { x, dy },
      { ...attrs, filterShape: filter.shape },
      flops,
    ),
  };
  const columns = Object.entries(kernels).map(([name, { text, time }]) => {
    // Nobody asks for the images' own gradient.
    const counts = times !== undefined && !(name === "input gradient" && channels === 3);
    if (counts) all += times * time;
    return `${name} ${text}${counts ? `, ${share(times * time)}` : ""}`.padEnd(36);
  });
  const label = `${kernel}x${kernel} /${stride} ${size}x${size} ${channels}->${out}` +
    (times !== undefined && times > 1 ? `, ${times} times` : "");
  console.log(label.padEnd(30), ...columns);
  tf.dispose([x, filter, dy]);
}
const speed = (time: number) =>
  `${(IMAGES / time * 1000).toFixed(0)} images/s (${
    (time / IMAGES * 1000).toFixed(0)
  } µs an image)`;
console.log(
  `all convolutions of resnet8: ${share(all)} of its forward and backward pass\n` +
    `resnet8 forward and backward: ${speed(training)}\n` +
    `forward, plain: ${speed(plain)}\nforward, frozen: ${speed(folded)}`,
);
