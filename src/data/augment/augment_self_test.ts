/** Self-test of the augmentation kernel: views that change nothing are the images themselves. @module */
import { numbers, type SelfTestCase } from "../../tensor/self_tests/self_test_case.ts";
import { stackImages } from "../stack_images.ts";
import { augmentBatch } from "./augment.ts";
import { identityParameters } from "./parameters.ts";

const SIZE = 3;
const NORMALIZATION = { mean: 0.5, standardDeviation: 0.25 };

/** One image of 3×3, grey and coloured. */
export function augmentSelfTests(): SelfTestCase[] {
  return ([1, 3] as const).map((channels) => {
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
  });
}
