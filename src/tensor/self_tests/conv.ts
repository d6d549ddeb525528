/**
 * Self-tests of convolution, depthwise convolution and pooling, with their gradients, against plain
 * loops. The shapes are the smallest that make our WASM kernels use each of their tiles.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { numbers, type SelfTestCase } from "./self_test_case.ts";

type Shape4 = [number, number, number, number];

interface Geometry {
  x: Shape4;
  filter: Shape4;
  stride: number;
}

/** All (input, filter, output) index triples of a SAME convolution. */
function eachProduct(
  { x: [n, h, w, c], filter: [kh, kw, , o], stride }: Geometry,
  depthwise: boolean,
  visit: (x: number, filter: number, y: number) => void,
): void {
  const outH = Math.ceil(h / stride);
  const outW = Math.ceil(w / stride);
  const top = Math.floor(Math.max(0, (outH - 1) * stride + kh - h) / 2);
  const left = Math.floor(Math.max(0, (outW - 1) * stride + kw - w) / 2);
  for (let b = 0; b < n; b++) {
    for (let oy = 0; oy < outH; oy++) {
      for (let ox = 0; ox < outW; ox++) {
        for (let ky = 0; ky < kh; ky++) {
          for (let kx = 0; kx < kw; kx++) {
            const iy = oy * stride + ky - top;
            const ix = ox * stride + kx - left;
            if (iy < 0 || iy >= h || ix < 0 || ix >= w) continue;
            const pixel = (b * h + iy) * w + ix;
            const out = (b * outH + oy) * outW + ox;
            const tap = ky * kw + kx;
            for (let i = 0; i < c; i++) {
              for (let j = 0; j < o; j++) {
                const y = depthwise ? out * c * o + i * o + j : out * o + j;
                visit(pixel * c + i, (tap * c + i) * o + j, y);
              }
            }
          }
        }
      }
    }
  }
}

/** The three products of a convolution, forward and both gradients. */
function convCases(geometry: Geometry, depthwise: boolean): SelfTestCase[] {
  const { x: xShape, filter: filterShape, stride } = geometry;
  const [n, h, w, c] = xShape;
  const yShape: Shape4 = [
    n,
    Math.ceil(h / stride),
    Math.ceil(w / stride),
    depthwise ? c * filterShape[3] : filterShape[3],
  ];
  const size = (shape: Shape4) => shape.reduce((product, axis) => product * axis, 1);
  const x = () => numbers(size(xShape), 1);
  const filter = () => numbers(size(filterShape), 2);
  const dy = () => numbers(size(yShape), 3);
  const forward = (x: tf.Tensor, filter: tf.Tensor) =>
    (depthwise ? tf.depthwiseConv2d : tf.conv2d)(
      x as tf.Tensor4D,
      filter as tf.Tensor4D,
      stride,
      "same",
    );
  const gradients = () =>
    tf.grads(forward)(
      [tf.tensor4d(x(), xShape), tf.tensor4d(filter(), filterShape)],
      tf.tensor4d(dy(), yShape),
    );
  const sum = (
    shape: Shape4,
    add: (total: number[], xi: number, fi: number, yi: number) => void,
  ) => {
    const total = Array<number>(size(shape)).fill(0);
    eachProduct(geometry, depthwise, (xi, fi, yi) => add(total, xi, fi, yi));
    return total;
  };
  const kernel = depthwise ? "DepthwiseConv2dNative" : "Conv2D";
  const label = `${filterShape[0]}x${filterShape[1]} stride ${stride}`;
  return [
    {
      kernel: `${kernel} ${label}`,
      run: () => forward(tf.tensor4d(x(), xShape), tf.tensor4d(filter(), filterShape)),
      want: () => {
        const [a, b] = [x(), filter()];
        return sum(yShape, (total, xi, fi, yi) => total[yi]! += a[xi]! * b[fi]!);
      },
      tolerance: 1e-3,
    },
    {
      kernel: `${kernel}BackpropInput ${label}`,
      run: () => gradients()[0]!,
      want: () => {
        const [a, b] = [dy(), filter()];
        return sum(xShape, (total, xi, fi, yi) => total[xi]! += a[yi]! * b[fi]!);
      },
      tolerance: 1e-3,
    },
    {
      kernel: `${kernel}BackpropFilter ${label}`,
      run: () => gradients()[1]!,
      want: () => {
        const [a, b] = [dy(), x()];
        return sum(filterShape, (total, xi, fi, yi) => total[fi]! += a[yi]! * b[xi]!);
      },
      tolerance: 1e-3,
    },
  ];
}

/** 2x2 windows at stride 2 over [1, 4, 4, 5]; `pick` shares 1 among the four values of each. */
function poolCase(
  kernel: string,
  forward: (x: tf.Tensor4D) => tf.Tensor,
  pick: (window: number[]) => number[],
): SelfTestCase {
  const [size, channels] = [4, 5];
  // Sixteen values that differ within each channel: a pooled maximum without ties.
  const x = Array.from({ length: size * size * channels }, (_, i) => i * 37 % 80);
  return {
    kernel,
    run: () => {
      const gradient = tf.grad((x: tf.Tensor) => forward(x as tf.Tensor4D));
      return gradient(tf.tensor4d(x, [1, size, size, channels]));
    },
    want: () => {
      const want = Array<number>(x.length).fill(0);
      for (let window = 0; window < 4; window++) {
        for (let c = 0; c < channels; c++) {
          const at = [0, 1, 2, 3].map((i) => {
            const row = (window >> 1) * 2 + (i >> 1);
            const column = (window & 1) * 2 + (i & 1);
            return (row * size + column) * channels + c;
          });
          pick(at.map((i) => x[i]!)).forEach((share, i) => want[at[i]!] = share);
        }
      }
      return want;
    },
    tolerance: 1e-6,
  };
}

/** The cases, made when asked for. */
export function convSelfTests(): SelfTestCase[] {
  return [
    ...convCases({ x: [2, 5, 4, 8], filter: [3, 3, 8, 24], stride: 1 }, false),
    // 18 tiles of 4x4 inputs: enough for Winograd's filtering.
    ...convCases({ x: [2, 5, 6, 8], filter: [3, 3, 8, 24], stride: 1 }, false),
    ...convCases({ x: [1, 6, 5, 3], filter: [3, 3, 3, 9], stride: 2 }, false),
    ...convCases({ x: [2, 4, 4, 16], filter: [1, 1, 16, 16], stride: 2 }, false),
    ...convCases({ x: [1, 5, 4, 6], filter: [3, 3, 6, 1], stride: 2 }, true),
    poolCase(
      "MaxPoolGrad",
      (x) => tf.maxPool(x, 2, 2, "valid"),
      (window) => window.map((value) => value === Math.max(...window) ? 1 : 0),
    ),
    poolCase("AvgPoolGrad", (x) => tf.avgPool(x, 2, 2, "valid"), () => [0.25, 0.25, 0.25, 0.25]),
  ];
}
