/**
 * The convolutions of an encoder that does not learn any more, in one kernel: a few images pass
 * through all layers before the next ones, so that what lies between layers stays in the cache.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { InternalError } from "../../errors.ts";
import { addressOf, cacheLines, makeOutput, withScratch } from "../wasm_heap.ts";
import { type Windows, windowsOf } from "./conv_windows.ts";
import { convolve } from "./convolve.ts";
import { NO_EPILOGUE } from "./epilogue.ts";
import type { Filters } from "./filters.ts";
import { shape4 } from "./kernel_inputs.ts";
import { winogradTile } from "./winograd_choice.ts";

/** Bytes between layers of the images that go together: half of a 1 MiB second-level cache. */
const GROUP_BYTES = 512 * 1024;

/** So many images go together all the same: each group reads all weights once. */
const LEAST_GROUP = 8;

/** y = ReLU(convolution(x) + bias + residual), "same" padding. Value 0 is the network's input. */
export interface FrozenLayer {
  /** [h, w, in, out]. */
  kernel: tf.TensorInfo;
  bias: tf.TensorInfo;
  stride: number;
  relu: boolean;
  /** Number of the value that is convolved; layer i makes value i + 1. */
  input: number;
  /** Number of the value that is added. */
  residual: number | null;
}

/** A value's or a layer's place in the run. */
interface Step {
  layer: FrozenLayer;
  windows: Windows;
  outChannels: number;
  /** Bytes an image of the result. */
  bytes: number;
  /** Which buffer takes the result; the last one's is the output itself. */
  slot: number;
}

/** The windows of every layer, and buffers for the results: two values share one if they can. */
function stepsOf(layers: readonly FrozenLayer[], x: tf.TensorInfo): {
  steps: Step[];
  slots: number[];
} {
  const shapes: [number, number, number, number][] = [shape4(x)];
  const slots: number[] = [];
  const steps: Step[] = [];
  const lastUse = (value: number) =>
    layers.findLastIndex(({ input, residual }) => input === value || residual === value);
  for (const [i, layer] of layers.entries()) {
    const info = tf.backend_util.computeConv2DInfo(
      shapes[layer.input]!,
      shape4(layer.kernel),
      layer.stride,
      1,
      "same",
    );
    const windows = windowsOf(info, tf.FusedConv2D);
    const bytes = info.outHeight * info.outWidth * info.outChannels * 4;
    // Free: holds no value that this layer or a later one reads.
    const taken = new Set(
      steps.flatMap(({ slot }, value) => lastUse(value + 1) >= i ? [slot] : []),
    );
    const free = slots.findIndex((_, slot) => !taken.has(slot));
    const slot = free < 0 ? slots.length : free;
    slots[slot] = Math.max(slots[slot] ?? 0, cacheLines(bytes));
    steps.push({ layer, windows, outChannels: info.outChannels, bytes, slot });
    shapes.push(info.outShape as [number, number, number, number]);
  }
  return { steps, slots };
}

interface Call {
  inputs: { x: tf.TensorInfo };
  backend: BackendWasm;
  attrs: { layers: readonly FrozenLayer[]; filters: readonly Filters[] };
}

function frozenNetwork({ inputs: { x }, backend, attrs: { layers, filters } }: Call) {
  const [images, height, width, channels] = shape4(x);
  const { steps, slots } = stepsOf(layers, x);
  const last = steps.at(-1);
  if (last === undefined) throw new InternalError("Cannot run a frozen network: it has no layers");
  const { outHeight, outWidth } = last.windows;
  const output = makeOutput(backend, [images, outHeight, outWidth, last.outChannels]);
  const imageBytes = slots.reduce((sum, bytes) => sum + bytes, 0);
  const group = Math.max(LEAST_GROUP, Math.floor(GROUP_BYTES / imageBytes));
  const most = Math.min(group, images);
  withScratch(backend, imageBytes * most, (scratch) => {
    let at = scratch;
    const buffers = slots.map((bytes) => {
      const buffer = at;
      at += bytes * most;
      return buffer;
    });
    for (let first = 0; first < images; first += group) {
      const some = Math.min(group, images - first);
      const values = [addressOf(backend, x) + first * height * width * channels * 4];
      for (const [i, step] of steps.entries()) {
        const { layer, windows, outChannels } = step;
        const address = step === last ? output.address + first * step.bytes : buffers[step.slot]!;
        values.push(address);
        const pixel = outChannels * 4;
        convolve(
          backend,
          { ...windows, images: some },
          values[layer.input]!,
          outChannels,
          filters[i]!,
          { address, image: step.bytes, row: windows.outWidth * pixel, pixel },
          {
            ...NO_EPILOGUE,
            bias: addressOf(backend, layer.bias),
            residual: layer.residual === null ? null : values[layer.residual]!,
            low: layer.relu ? 0 : -Infinity,
          },
          // As for a whole group, so that an image's numbers do not depend on how many there are.
          winogradTile({ ...windows, images: group }, outChannels),
        );
      }
    }
  });
  return output.tensor;
}

/** `{x [N, H, W, C]}`, `{layers, filters}` → the last layer's result. */
export const frozenNetworkConfig: tf.KernelConfig = {
  kernelName: "AlikeFrozenNetwork",
  backendName: "wasm",
  kernelFunc: frozenNetwork as unknown as tf.KernelFunc,
};
