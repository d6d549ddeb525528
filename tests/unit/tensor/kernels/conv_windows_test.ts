import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertLessOrEqual, assertThrows } from "@std/assert";
import { UnsupportedError } from "../../../../src/errors.ts";
import { blocksOf, type Windows, windowsOf } from "../../../../src/tensor/kernels/conv_windows.ts";
import { phasesOf } from "../../../../src/tensor/kernels/conv2d_backprop_input.ts";

function windows(
  x: [number, number, number, number],
  filter: [number, number, number, number],
  stride: number,
  pad: "same" | "valid",
  dilation = 1,
): Windows {
  return windowsOf(tf.backend_util.computeConv2DInfo(x, filter, stride, dilation, pad), "Conv2D");
}

Deno.test("windows are read from the image itself only if none leaves it", () => {
  assert(!blocksOf(windows([1, 8, 8, 4], [3, 3, 4, 4], 1, "same")).direct);
  assert(blocksOf(windows([1, 8, 8, 4], [3, 3, 4, 4], 1, "valid")).direct);
  assert(blocksOf(windows([1, 8, 8, 4], [1, 1, 4, 4], 2, "same")).direct);
});

Deno.test("blocks hold 64 pixels or more where there are as many, and stay in the cache", () => {
  for (const size of [1, 2, 4, 8, 32, 224]) {
    for (const channels of [1, 16, 64, 256]) {
      for (const stride of [1, 2]) {
        const each = windows([500, size, size, channels], [3, 3, channels, 8], stride, "same");
        const { group, band, pixels, bytes } = blocksOf(each);
        assertEquals(pixels, group * band * each.outWidth);
        if (group > 1) assertEquals(band, each.outHeight);
        const rowBytes = ((each.outWidth - 1) * stride + 3) * channels * 4;
        // A single row of windows is the least there is.
        assertLessOrEqual(bytes, Math.max(256 * 1024, 3 * rowBytes));
        if (bytes < 128 * 1024) assert(pixels >= 64, `${pixels} pixels, ${bytes} bytes`);
      }
    }
  }
});

Deno.test("the phases of a stride cover every input and every tap once", () => {
  for (const stride of [1, 2, 3, 4]) {
    for (const kernelSize of [1, 2, 3, 5]) {
      for (const first of [-2, -1, 0]) {
        const size = 11;
        const phases = phasesOf(first, size, kernelSize, stride);
        const inputs = phases.flatMap(({ firstInput, inputs }) =>
          Array.from({ length: inputs }, (_, i) => firstInput + i * stride)
        ).sort((a, b) => a - b);
        // With a stride beyond the filter, some inputs are seen by no window.
        const seen = Array.from({ length: size }, (_, i) => i).filter((i) => {
          const phase = (i - first) % stride;
          return phase < kernelSize;
        });
        assertEquals(inputs, seen);
        const taps = phases.flatMap(({ firstTap, taps }) =>
          Array.from({ length: taps }, (_, t) => firstTap + t * stride)
        ).sort((a, b) => a - b);
        assertEquals(taps, Array.from({ length: kernelSize }, (_, k) => k));
      }
    }
  }
});

Deno.test("dilation is refused by name and value", () => {
  assertThrows(
    () => windows([1, 8, 8, 4], [3, 3, 4, 4], 1, "same", 2),
    UnsupportedError,
    "Cannot run Conv2D: dilation must be 1, got 2 x 2",
  );
});
