/**
 * Self-tests of the augmentation kernels: a view that changes nothing is the image itself; one that
 * is mirrored, darker and paler, a point that is blurred and the edges of a ramp are what plain
 * numbers say.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { numbers, type SelfTestCase } from "../../tensor/self_tests/self_test_case.ts";
import { stackImages } from "../stack_images.ts";
import { augmentBatch } from "./augment.ts";
import { applyFilters } from "./filters.ts";
import {
  Field,
  FilterField,
  filterRow,
  identityParameters,
  JitterOperation,
  parameterRow,
} from "./parameters.ts";

/** More pixels than a workgroup has invocations. */
const SIZE = 17;
/** Few enough to be worked out by hand. */
const FILTERED = 3;
const NORMALIZATION = { mean: 0.5, standardDeviation: 0.25 };

/** A view that is mirrored, at half the brightness and then at half the contrast. */
function changed() {
  const parameters = identityParameters({ count: 1, height: SIZE, width: SIZE });
  const row = parameterRow(parameters, 0);
  row[Field.flip] = 1;
  row[Field.jitterOrder + 1] = JitterOperation.brightness;
  row[Field.jitterOrder + 2] = JitterOperation.contrast;
  row[Field.brightness] = 0.5;
  row[Field.contrast] = 0.5;
  return parameters;
}

/** What becomes of bytes in {@linkcode changed}, 0 to 1. */
function change(bytes: number[], channels: 1 | 3): number[] {
  const luma = channels === 1 ? [1] : [0.2989, 0.587, 0.114];
  const dark = bytes.map((byte) => byte / 255 / 2);
  const mean = dark.reduce((sum, value, i) => sum + value * luma[i % channels]!, 0) / SIZE ** 2;
  return dark.map((_, i) => {
    const [y, x] = [Math.floor(i / channels / SIZE), Math.floor(i / channels) % SIZE];
    const mirrored = dark[(y * SIZE + SIZE - 1 - x) * channels + i % channels]!;
    return mirrored / 2 + mean / 2;
  });
}

/** Of each number of channels, and of each filter. */
export function augmentSelfTests(): SelfTestCase[] {
  const side = 1 / (2 + Math.exp(0.5));
  const blurred = [2 * side, 1 - 2 * side, 2 * side];
  return [
    ...([1, 3] as const).flatMap(unfiltered),
    filtered(
      "blur",
      [0, 0, 0, 0, 1, 0, 0, 0, 0],
      blurred.flatMap((y) => blurred.map((x) => x * y)),
    ),
    filtered("sobel", [0, 0.5, 1, 0, 0.5, 1, 0, 0.5, 1], [0.5, 1, 0.5, 0.5, 1, 0.5, 0.5, 1, 0.5]),
  ];
}

function unfiltered(channels: 1 | 3): SelfTestCase[] {
  const bytes = numbers(SIZE * SIZE * channels, channels).map((x) => Math.round(100 + 64 * x));
  const images = () => stackImages([Uint8Array.from(bytes)], { size: SIZE, channels });
  const same = identityParameters({ count: 1, height: SIZE, width: SIZE });
  return [
    {
      kernel: `AugmentImages ${channels} channels`,
      run: () => augmentBatch(images(), [same], NORMALIZATION),
      want: () => bytes.map((byte) => (byte / 255 - 0.5) / 0.25),
      tolerance: 1e-5,
    },
    {
      kernel: `AugmentImages ${channels} channels, mirrored and jittered`,
      run: () => augmentBatch(images(), [changed()], NORMALIZATION),
      want: () => change(bytes, channels).map((value) => (value - 0.5) / 0.25),
      tolerance: 1e-5,
    },
  ];
}

/** A filter of strength 1 on an image whose three channels are the same. */
function filtered(filter: "blur" | "sobel", image: number[], want: number[]): SelfTestCase {
  return {
    kernel: `FilterImages ${filter}`,
    run: () => {
      const parameters = identityParameters({ count: 1, height: FILTERED, width: FILTERED });
      filterRow(parameters, 0)[FilterField[filter]] = 1;
      const x = tf.tensor4d(image.flatMap((value) => [value, value, value]), [
        1,
        FILTERED,
        FILTERED,
        3,
      ]);
      return applyFilters(x, parameters, NORMALIZATION);
    },
    want: () => want.flatMap((value) => Array(3).fill((value - 0.5) / 0.25)),
    tolerance: 1e-5,
  };
}
