import { assert, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { drawTileOffsets, extractTiles, tileGeometry } from "../../../src/data/patches.ts";
import { toInput } from "../../../src/data/to_input.ts";
import { InvalidError } from "../../../src/errors.ts";
import { Random } from "../../../src/random.ts";
import { selectBackend } from "../../../src/tensor/backend.ts";
import { noiseBatch } from "../../support/augment_cases.ts";

// Silences a banner of the cpu backend.
tf.enableProdMode();

const BACKENDS = { cpu: () => tf.setBackend("cpu"), wasm: () => selectBackend("wasm") };

Deno.test("tiles are as much smaller than cells as the gap says", () => {
  assertEquals(tileGeometry(32, { grid: 2, gap: 0 }), { cell: 16, tile: 16, margin: 0 });
  assertEquals(tileGeometry(32, { grid: 2, gap: 0.1 }), { cell: 16, tile: 14, margin: 0 });
  assertEquals(tileGeometry(32, { grid: 3, gap: 0.1 }), { cell: 10, tile: 9, margin: 1 });
  assertEquals(tileGeometry(8, { grid: 3, gap: 0.4 }), { cell: 2, tile: 1, margin: 1 });
  assertThrows(() => tileGeometry(2, { grid: 3, gap: 0 }), InvalidError, "empty");
});

for (const [backend, start] of Object.entries(BACKENDS)) {
  Deno.test(`tiles on ${backend} are the image's pixels, in their places and order`, async () => {
    await start();
    for (const [size, grid, gap, channels] of [[9, 2, 0.3, 3], [28, 3, 0.2, 1]] as const) {
      const batch = noiseBatch(3, size, size, channels);
      const options = { grid, gap };
      const { cell, tile, margin } = tileGeometry(size, options);
      const offsets = drawTileOffsets(batch, options, new Random(4));
      const tiles = grid ** 2;
      const orders = [0, 1, 2].map((i) => [...new Random(i).stream("order").permutation(tiles)]);
      for (const layout of [{}, { offsets }, { orders }, { offsets, orders }]) {
        const x = toInput(batch, { mean: 0, standardDeviation: 1 });
        const y = extractTiles(x, options, layout);
        assertEquals(y.shape, [3 * tiles, tile, tile, channels]);
        const expected: number[] = [];
        for (let i = 0; i < 3; i++) {
          for (let position = 0; position < tiles; position++) {
            const from = "orders" in layout ? orders[i]![position]! : position;
            const [down, right] = "offsets" in layout
              ? offsets.subarray((i * tiles + from) * 2)
              : [(cell - tile) >> 1, (cell - tile) >> 1];
            for (let row = 0; row < tile; row++) {
              for (let column = 0; column < tile * channels; column++) {
                const py = margin + Math.floor(from / grid) * cell + down! + row;
                const px = (margin + (from % grid) * cell + right!) * channels + column;
                const byte = batch.pixels[(i * size + py) * size * channels + px]!;
                expected.push(Math.fround(byte / 255));
              }
            }
          }
        }
        assertEquals([...y.dataSync()], expected);
        tf.dispose([x, y]);
      }
    }
  });
}

Deno.test("a sample's tiles lie in the same places in every batch, and use the whole gap", () => {
  const options = { grid: 2, gap: 0.2 };
  const batch = noiseBatch(50, 32, 32, 1);
  const { cell, tile } = tileGeometry(32, options);
  const offsets = drawTileOffsets(batch, options, new Random(1));
  assert(offsets.every((offset) => offset >= 0 && offset <= cell - tile));
  assertEquals(new Set(offsets).size, cell - tile + 1);
  const other = { ...batch, count: 1, indices: Uint32Array.of(17) };
  const alone = drawTileOffsets(other, options, new Random(1));
  assertEquals(alone, offsets.slice(17 * 8, 18 * 8));
});

Deno.test("jitter is the share of the gap that tiles lie about in, around its middle", () => {
  // Cells of 20, tiles of 10: ten pixels of room.
  const batch = noiseBatch(50, 40, 40, 1);
  for (const [jitter, from, to] of [[0, 5, 5], [0.4, 3, 7], [1, 0, 10]] as const) {
    const offsets = drawTileOffsets(batch, { grid: 2, gap: 0.5, jitter }, new Random(1));
    const drawn = [...new Set(offsets)].sort((a, b) => a - b);
    assertEquals(drawn, Array.from({ length: to - from + 1 }, (_, i) => from + i), `${jitter}`);
  }
});

Deno.test("oblong images and a wrong number of orders are refused", async () => {
  await tf.setBackend("cpu");
  const x = tf.zeros<tf.Rank.R4>([2, 8, 9, 1]);
  assertThrows(() => extractTiles(x, { grid: 2, gap: 0 }), InvalidError, "8×9");
  const square = tf.zeros<tf.Rank.R4>([2, 8, 8, 1]);
  const orders = [[0, 1, 2, 3]];
  assertThrows(
    () => extractTiles(square, { grid: 2, gap: 0 }, { orders }),
    InvalidError,
    "1 orders",
  );
  tf.dispose([x, square]);
});
