import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { restoreTiles, shuffleTiles } from "../../../src/data/shuffle_tiles.ts";
import { InvalidError } from "../../../src/errors.ts";
import type { RawImage } from "../../../src/images/netpbm.ts";

function numbered(width: number, height: number, channels: 1 | 3): RawImage {
  const pixels = Uint8Array.from({ length: width * height * channels }, (_, i) => i % 251);
  return { pixels, width, height, channels };
}

Deno.test("position i gets the cell permutation[i]", () => {
  const image = {
    pixels: Uint8Array.of(10, 11, 12, 13),
    width: 2,
    height: 2,
    channels: 1,
  } as const;
  assertEquals([...shuffleTiles(image, [2, 0, 3, 1]).pixels], [12, 10, 13, 11]);
});

Deno.test("restoring undoes shuffling", () => {
  for (const channels of [1, 3] as const) {
    for (const order of [[1, 3, 0, 2], [8, 2, 4, 0, 5, 7, 1, 6, 3]]) {
      const image = numbered(18, 12, channels);
      const shuffled = shuffleTiles(image, order);
      assertNotEquals(shuffled.pixels, image.pixels);
      assertEquals(restoreTiles(shuffled, order), image);
    }
  }
});

Deno.test("sides that the grid does not divide are cut at both ends", () => {
  const image = numbered(8, 5, 1);
  const same = shuffleTiles(image, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
  assertEquals([same.width, same.height], [6, 3]);
  assertEquals([...same.pixels.subarray(0, 6)], [9, 10, 11, 12, 13, 14]);
});

Deno.test("what is no order of a grid is refused", () => {
  const image = numbered(6, 6, 1);
  for (const order of [[], [0, 1], [0, 0, 1, 2], [1, 2, 3, 4]]) {
    assertThrows(() => shuffleTiles(image, order), InvalidError, "no order");
    assertThrows(() => restoreTiles(image, order), InvalidError, "no order");
  }
  const order = [0, 1, 2, 3];
  assertThrows(() => shuffleTiles(numbered(1, 6, 1), order), InvalidError, "1×6");
});
