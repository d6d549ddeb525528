/**
 * `deno run -A bench/kernels/conv.ts [milliseconds a figure]`: GFLOP/s of our convolution kernels
 * and of tfjs's own, run in turn so that both see the same machine; best time counts.
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
const { Random } = await import("../../src/random.ts");
const report = await selectBackend("wasm");
const budget = Number(Deno.args[0] ?? 400);

interface Shape {
  images: number;
  size: number;
  channels: number;
  out: number;
  kernel: number;
  stride: number;
}

const SHAPES: Shape[] = [
  { images: 64, size: 32, channels: 3, out: 16, kernel: 3, stride: 1 },
  { images: 64, size: 32, channels: 16, out: 16, kernel: 3, stride: 1 },
  { images: 64, size: 32, channels: 16, out: 32, kernel: 3, stride: 2 },
  { images: 64, size: 32, channels: 16, out: 32, kernel: 1, stride: 2 },
  { images: 64, size: 16, channels: 32, out: 32, kernel: 3, stride: 1 },
  { images: 64, size: 16, channels: 32, out: 64, kernel: 3, stride: 2 },
  { images: 64, size: 8, channels: 64, out: 64, kernel: 3, stride: 1 },
  { images: 64, size: 8, channels: 128, out: 128, kernel: 3, stride: 1 },
  { images: 64, size: 4, channels: 256, out: 256, kernel: 3, stride: 1 },
  { images: 64, size: 16, channels: 64, out: 64, kernel: 1, stride: 1 },
  { images: 64, size: 16, channels: 32, out: 32, kernel: 5, stride: 1 },
  { images: 64, size: 28, channels: 1, out: 16, kernel: 3, stride: 1 },
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
function fastest(works: (() => unknown)[]): number[] {
  const best = works.map((work) => milliseconds(work));
  for (const start = performance.now(); performance.now() - start < budget;) {
    works.forEach((work, i) => best[i] = Math.min(best[i]!, milliseconds(work)));
  }
  return best;
}

console.log(`${report.adapter}; GFLOP/s: ours (tfjs's own, ratio); 64 images, SAME padding`);
for (const { images, size, channels, out, kernel, stride } of SHAPES) {
  const x = random([images, size, size, channels]);
  const filter = random([kernel, kernel, channels, out]);
  const inputShape = x.shape;
  const filterShape = filter.shape;
  const outSize = Math.ceil(size / stride);
  const dy = random([images, outSize, outSize, out]);
  const attrs = { strides: stride, pad: "same", dataFormat: "NHWC", dilations: 1 };
  const kernels: [string, tf.NamedTensorMap, tf.NamedAttrMap][] = [
    [tf.Conv2D, { x, filter }, attrs],
    [tf.Conv2DBackpropInput, { dy, filter }, { ...attrs, inputShape }],
    [tf.Conv2DBackpropFilter, { x, dy }, { ...attrs, filterShape }],
  ];
  const figures = kernels.map(([name, inputs, attrs]) => {
    const works = [tf.getKernel(name, "wasm"), stock.get(name)].filter((config) => config)
      .map((config) => () => {
        const result = config!.kernelFunc({ inputs, attrs, backend: tf.backend() });
        tf.backend().disposeData((result as tf.TensorInfo).dataId);
      });
    const [ours, theirs] = fastest(works).map((time) =>
      2 * images * outSize ** 2 * kernel ** 2 * channels * out / time / 1e6
    );
    return theirs === undefined
      ? ours!.toFixed(1).padStart(5)
      : `${ours!.toFixed(1).padStart(5)} (${theirs.toFixed(1)}, ${(ours! / theirs).toFixed(1)}x)`;
  });
  console.log(
    `${kernel}x${kernel} /${stride} ${size}x${size} ${channels}->${out}`.padEnd(24),
    `forward ${figures[0]}`.padEnd(28),
    `input gradient ${figures[1]}`.padEnd(36),
    `filter gradient ${figures[2]}`,
  );
  tf.dispose([x, filter, dy]);
}
