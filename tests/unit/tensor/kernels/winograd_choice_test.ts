import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
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
  TILE_UP,
} from "../../../../src/tensor/kernels/winograd_tiles.ts";

type Shape = [number, number, number, number];

function windows(x: Shape, filter: Shape, stride: number) {
  return windowsOf(tf.backend_util.computeConv2DInfo(x, filter, stride, 1, "same"), "Conv2D");
}

Deno.test("Winograd's tiles are the ones that need fewer multiplications", () => {
  const tileOf = (height: number, width: number, stride = 1) =>
    winogradTile(windows([99, height, width, 8], [3, 3, 8, 8], stride), 8);
  for (const [height, width] of [[1, 1], [2, 3], [5, 5], [6, 6]] as const) {
    assertEquals(tileOf(height, width), TILE_2, `${height}x${width}`);
  }
  for (const [height, width] of [[3, 3], [4, 4], [7, 7], [32, 32]] as const) {
    assertEquals(tileOf(height, width), TILE_4, `${height}x${width}`);
  }
  assertEquals([tileOf(32, 32, 2), tileOf(8, 7, 2), tileOf(15, 16, 2)], [
    TILE_DOWN,
    TILE_DOWN,
    TILE_DOWN,
  ]);
  // 2x2 and 3x3 outputs take as many products as 4x4 do.
  assertEquals([tileOf(4, 4, 2), tileOf(6, 6, 2), tileOf(32, 32, 3)], [null, null, null]);
});

Deno.test("the input gradient at stride 2 has a tile where nothing is padded before", () => {
  const tileOf = (height: number, width: number, stride = 2) =>
    winogradGradientTile(windows([9, height, width, 8], [3, 3, 8, 16], stride), 16);
  assertEquals([tileOf(32, 32), tileOf(16, 8)], [TILE_UP, TILE_UP]);
  assertEquals([tileOf(32, 15), tileOf(15, 16), tileOf(4, 4), tileOf(32, 32, 1)], [
    null,
    null,
    null,
    null,
  ]);
});

Deno.test("Winograd's filtering takes 3x3 and 5x5 windows and channels in eights, enough of them", () => {
  const of = (x: Shape, filter: Shape, stride = 1) =>
    winogradTile(windows(x, filter, stride), filter[3]);
  assertEquals(of([1, 8, 8, 16], [3, 3, 16, 8]), TILE_4);
  assertEquals(of([1, 8, 8, 16], [5, 5, 16, 8]), TILE_FIVE);
  assertEquals(of([1, 16, 16, 16], [5, 5, 16, 8], 2), null);
  assertEquals(of([1, 8, 8, 16], [3, 3, 16, 12]), null);
  assertEquals(of([1, 8, 8, 12], [3, 3, 12, 16]), null);
  assertEquals(of([1, 8, 8, 16], [1, 3, 16, 8]), null);
  assertEquals(of([1, 7, 7, 16], [3, 3, 16, 8]), null);
});
