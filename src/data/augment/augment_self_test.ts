/** Self-tests of the augmentation kernels, on images that are worked out by hand. @module */
import * as tf from "@tensorflow/tfjs";
import { numbers, type SelfTestCase } from "../../tensor/self_tests/self_test_case.ts";
import { stackImages } from "../stack_images.ts";
import { augmentBatch } from "./augment.ts";
import { applyFilters } from "./filters.ts";
import { FilterField, filterRow, identityParameters } from "./parameters.ts";

const SIZE = 3;
const NORMALIZATION = { mean: 0.5, standardDeviation: 0.25 };

/** Views that change nothing, grey and coloured; a point that is blurred; the edges of a ramp. */
export function augmentSelfTests(): SelfTestCase[] {
  const side = 1 / (2 + Math.exp(0.5));
  const blurred = [2 * side, 1 - 2 * side, 2 * side];
  return [
    ...([1, 3] as const).map(unchanged),
    filtered(
      "blur",
      [0, 0, 0, 0, 1, 0, 0, 0, 0],
      blurred.flatMap((y) => blurred.map((x) => x * y)),
    ),
    filtered("sobel", [0, 0.5, 1, 0, 0.5, 1, 0, 0.5, 1], [0.5, 1, 0.5, 0.5, 1, 0.5, 0.5, 1, 0.5]),
  ];
}

function unchanged(channels: 1 | 3): SelfTestCase {
  const bytes = numbers(SIZE * SIZE * channels, channels).map((x) => Math.round(100 + 64 * x));
  return {
    kernel: `AugmentImages ${channels} channels`,
    run: () =>
      augmentBatch(
        stackImages([Uint8Array.from(bytes)], { size: SIZE, channels }),
        [identityParameters({ count: 1, height: SIZE, width: SIZE })],
        NORMALIZATION,
      ),
    want: () => bytes.map((byte) => (byte / 255 - 0.5) / 0.25),
    tolerance: 1e-5,
  };
}

/** A filter of strength 1 on an image whose three channels are the same. */
function filtered(filter: "blur" | "sobel", image: number[], want: number[]): SelfTestCase {
  return {
    kernel: `FilterImages ${filter}`,
    run: () => {
      const parameters = identityParameters({ count: 1, height: SIZE, width: SIZE });
      filterRow(parameters, 0)[FilterField[filter]] = 1;
      const x = tf.tensor4d(image.flatMap((value) => [value, value, value]), [1, SIZE, SIZE, 3]);
      return applyFilters(x, parameters, NORMALIZATION);
    },
    want: () => want.flatMap((value) => Array(3).fill((value - 0.5) / 0.25)),
    tolerance: 1e-5,
  };
}
