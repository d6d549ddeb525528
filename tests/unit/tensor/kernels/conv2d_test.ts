import * as tf from "@tensorflow/tfjs";
import { assertGreaterOrEqual } from "@std/assert";
import { windowsOf } from "../../../../src/tensor/kernels/conv_windows.ts";
import {
  winogradGradientTile,
  winogradTile,
} from "../../../../src/tensor/kernels/winograd_choice.ts";
import {
  TILE_2,
  TILE_4,
  TILE_DOWN,
  TILE_FIVE,
  type WinogradTile,
} from "../../../../src/tensor/kernels/winograd_tiles.ts";
import { assertClose, BUILDS, normal, type Numbers, onCpu, run, useBuild } from "./compare.ts";

type Pad = "same" | "valid" | number | tf.backend_util.ExplicitPadding;

interface Case {
  x: [number, number, number, number];
  filter: [number, number, number, number];
  strides: number | [number, number];
  pad: Pad;
}

const SIZES: [number, number][] = [[7, 5], [8, 8], [5, 9], [6, 10], [11, 4]];
const FILTERS: [number, number][] = [[1, 1], [2, 2], [3, 3], [4, 4], [5, 5], [3, 1], [2, 5]];
const STRIDES: (number | [number, number])[] = [1, 2, 3, [2, 1], [1, 3]];
const EXPLICIT: tf.backend_util.ExplicitPadding = [[0, 0], [2, 1], [0, 3], [0, 0]];
const PADS: Pad[] = ["same", "valid", 1, 2, EXPLICIT];
const CHANNELS = [1, 2, 3, 5, 7, 8, 16, 17, 33];

/** Every filter with every stride and padding, and every pair of channel counts. */
function* cases(): Generator<Case> {
  let i = 0;
  const next = <T>(list: T[], step: number) => list[(i * step) % list.length]!;
  for (const [h, w] of FILTERS) {
    for (const strides of STRIDES) {
      for (const pad of PADS) {
        i++;
        const [height, width] = next(SIZES, 1);
        if (pad === "valid" && (h > height || w > width)) continue;
        const channels = next(CHANNELS, 2);
        yield {
          x: [1 + i % 3, height, width, channels],
          filter: [h, w, channels, next(CHANNELS, 5)],
          strides,
          pad,
        };
      }
    }
  }
  for (const channels of CHANNELS) {
    for (const outChannels of CHANNELS) {
      i++;
      const [height, width] = next(SIZES, 1);
      const size = 1 + i % 3;
      yield {
        x: [1 + i % 2, height, width, channels],
        filter: [size, size, channels, outChannels],
        strides: 1 + i % 2,
        pad: "same",
      };
    }
  }
  // Whole blocks: several small images at once; a large image in bands; an image of one pixel.
  yield { x: [70, 2, 2, 16], filter: [3, 3, 16, 16], strides: 1, pad: "same" };
  yield { x: [3, 4, 4, 8], filter: [2, 2, 8, 24], strides: 2, pad: "valid" };
  yield { x: [1, 22, 230, 16], filter: [3, 3, 16, 8], strides: 1, pad: "same" };
  yield { x: [1, 90, 120, 12], filter: [1, 1, 12, 3], strides: 1, pad: "same" };
  yield { x: [1, 75, 120, 11], filter: [5, 5, 11, 2], strides: 2, pad: "same" };
  yield { x: [5, 1, 1, 20], filter: [1, 1, 20, 40], strides: 1, pad: "valid" };
  yield { x: [2, 3, 3, 4], filter: [1, 1, 4, 8], strides: 2, pad: 3 };
  // 3x3 at stride 1 with many channels: Winograd. Odd heights and widths, tiles of one pixel,
  // several images a block, bands of rows, panels of 8, unequal padding.
  const sizes = [[1, 1], [2, 3], [5, 4], [7, 7], [8, 6], [9, 2], [3, 8]] as const;
  const channels = [[16, 16], [24, 8], [8, 40], [32, 24], [48, 32]] as const;
  for (let j = 0; j < 15; j++) {
    const [height, width] = sizes[j % sizes.length]!;
    const [inChannels, out] = channels[j % channels.length]!;
    const pad = PADS[j % 4]!;
    yield {
      x: [Math.ceil(64 / (height * width)) + j % 3, height, width, inChannels],
      filter: [3, 3, inChannels, out],
      strides: 1,
      pad: pad === "valid" && Math.min(height, width) < 3 ? EXPLICIT : pad,
    };
  }
  // The same at stride 2: even and odd sizes, so that nothing or a row is padded before.
  const large = [[8, 8], [15, 16], [16, 7], [9, 12], [7, 16], [8, 15]] as const;
  for (let j = 0; j < 12; j++) {
    const [height, width] = large[j % large.length]!;
    const [inChannels, out] = channels[j % channels.length]!;
    yield {
      x: [Math.ceil(256 / (height * width)), height, width, inChannels],
      filter: [3, 3, inChannels, out],
      strides: 2,
      pad: (["same", "valid", 1] as const)[j % 4 % 3]!,
    };
  }
  // 5x5 at stride 1.
  for (let j = 0; j < 8; j++) {
    const [height, width] = large[j % large.length]!;
    const [inChannels, out] = channels[j % channels.length]!;
    yield {
      x: [1 + j % 2, height, width, inChannels],
      filter: [5, 5, inChannels, out],
      strides: 1,
      pad: (["same", "valid", 1] as const)[j % 3]!,
    };
  }
  yield { x: [11, 4, 4, 32], filter: [3, 3, 32, 16], strides: 1, pad: "same" };
  yield { x: [1, 25, 38, 16], filter: [3, 3, 16, 16], strides: 1, pad: "same" };
  yield { x: [1, 3, 50, 64], filter: [3, 3, 64, 16], strides: 1, pad: "same" };
  yield { x: [3, 2, 2, 128], filter: [3, 3, 128, 64], strides: 1, pad: "same" };
}

/** tfjs wants to be told how to round where the padding is given in numbers, and only there. */
function rounding(pad: Pad): "floor" | undefined {
  return typeof pad === "string" ? undefined : "floor";
}

const { computeConv2DInfo } = tf.backend_util;

function shapes(
  { x, filter, strides, pad }: Case,
): { out: number[]; label: string; winograd: WinogradTile | null } {
  const info = computeConv2DInfo(x, filter, strides, 1, pad, rounding(pad));
  const windows = windowsOf(info, tf.Conv2D);
  return {
    out: info.outShape,
    label: `x [${x}] filter [${filter}] strides ${strides} pad ${JSON.stringify(pad)}`,
    winograd: winogradTile(windows, info.outChannels) ??
      winogradGradientTile(windows, info.outChannels),
  };
}

/** The op named runs the kernel and nothing else. */
const OPERATIONS: Record<
  string,
  (each: Case) => (a: tf.Tensor, b: tf.Tensor) => tf.Tensor
> = {
  Conv2D: ({ strides, pad }) => (x, filter) =>
    tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, pad, "NHWC", 1, rounding(pad)),
  Conv2DBackpropInput: ({ x, strides, pad }) => (dy, filter) =>
    tf.engine().runKernel(tf.Conv2DBackpropInput, { dy, filter }, {
      inputShape: x,
      strides,
      pad,
      dataFormat: "NHWC",
      dimRoundingMode: "floor",
    }) as tf.Tensor,
  Conv2DBackpropFilter: ({ filter, strides, pad }) => (x, dy) =>
    tf.engine().runKernel(tf.Conv2DBackpropFilter, { x, dy }, {
      filterShape: filter,
      strides,
      pad,
      dataFormat: "NHWC",
      dimRoundingMode: "floor",
    }) as tf.Tensor,
};

function inputsOf(kernel: string, each: Case, out: number[], key: number): Numbers[] {
  const x = normal(each.x, key);
  const dy = normal(out, key + 1);
  const filter = normal(each.filter, key + 2);
  if (kernel === tf.Conv2D) return [x, filter];
  return kernel === tf.Conv2DBackpropInput ? [dy, filter] : [x, dy];
}

Deno.test("the shapes reach Winograd's filtering and the direct convolution both", () => {
  const ways = [...cases()].map((each) => shapes(each).winograd);
  for (const tile of [TILE_2, TILE_4, TILE_DOWN, TILE_FIVE]) {
    assertGreaterOrEqual(ways.filter((way) => way === tile).length, 5);
  }
  assertGreaterOrEqual(ways.filter((way) => way === null).length, 200);
});

for (const [kernel, operationOf] of Object.entries(OPERATIONS)) {
  Deno.test(`${kernel} equals the cpu backend on every shape, in both builds`, async () => {
    await useBuild(BUILDS[0]!);
    const jobs: { run: () => Numbers; want: Numbers; label: string; tolerance: number }[] = [];
    let key = 0;
    for (const each of cases()) {
      const { out, label, winograd } = shapes(each);
      const operation = operationOf(each);
      const inputs = inputsOf(kernel, each, out, key += 3);
      const want = await onCpu(operation, inputs);
      // Winograd's transforms of 4x4 outputs cost a digit of precision.
      const tolerance = winograd === null ? 1e-5 : 5e-5;
      jobs.push({ run: () => run(operation, inputs), want, label, tolerance });
    }
    for (const build of BUILDS) {
      await useBuild(build);
      for (const { run, want, label, tolerance } of jobs) {
        assertClose(run(), want, `${build}: ${label}`, tolerance);
      }
    }
  });
}
