import { assertEquals, assertThrows } from "@std/assert";
import { CorruptError } from "../../../src/errors.ts";
import {
  decodeNetpbm,
  encodeNetpbm,
  isNetpbm,
  netpbmMediaType,
} from "../../../src/images/netpbm.ts";

Deno.test("pixels survive the way through netpbm, also those that look like spaces", () => {
  for (const channels of [1, 3] as const) {
    const pixels = Uint8Array.from(
      { length: 6 * channels },
      (_, i) => [10, 32, 13, 9, 35, 0][i % 6]!,
    );
    const image = { pixels, width: 3, height: 2, channels };
    assertEquals(decodeNetpbm(encodeNetpbm(image)), image);
    assertEquals(isNetpbm(netpbmMediaType(channels)), true);
  }
});

Deno.test("a header that is none and pixels that are missing are corrupt", () => {
  const good = encodeNetpbm({ pixels: new Uint8Array(6), width: 3, height: 2, channels: 1 });
  assertThrows(() => decodeNetpbm(good.subarray(0, good.length - 1)), CorruptError, "5 bytes");
  for (const text of ["", "P4\n1 1\n255\n", "P5\n1 1\n65535\n..", "P5\n-1 1\n255\n."]) {
    assertThrows(() => decodeNetpbm(new TextEncoder().encode(text)), CorruptError);
  }
});
