/**
 * Self-test of the augmentation kernel: a view that changes nothing is the image itself, and one
 * that is mirrored, darker and paler is what plain loops make of it.
 *
 * @module
 */
import { numbers, type SelfTestCase } from "../../tensor/self_tests/self_test_case.ts";
import { stackImages } from "../stack_images.ts";
import { augmentBatch } from "./augment.ts";
import { Field, identityParameters, JitterOperation, parameterRow } from "./parameters.ts";

/** More pixels than a workgroup has invocations. */
const SIZE = 17;
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

/** One image each, grey and coloured. */
export function augmentSelfTests(): SelfTestCase[] {
  return ([1, 3] as const).flatMap((channels) => {
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
  });
}
