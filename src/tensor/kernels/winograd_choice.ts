/**
 * Where Winograd's minimal filtering is faster than the direct way, and by which tile: the one place
 * that decides, by what was measured.
 *
 * @module
 */
import type { Windows } from "./conv_windows.ts";
import {
  TILE_2,
  TILE_4,
  TILE_DOWN,
  TILE_FIVE,
  TILE_UP,
  type WinogradTile,
} from "./winograd_tiles.ts";

/** With fewer outputs than this a channel, transforming the weights costs more than is saved. */
const LEAST_OUTPUTS = 64;

/** At stride 2, the share of the direct way's products that pays for the transforms. */
const STRIDED_SHARE = 0.75;

/** Whether the windows and channels are ones that the filtering can do at all. */
function isPossible({ kernelHeight, kernelWidth, channels }: Windows, outChannels: number) {
  return (kernelHeight === 3 || kernelHeight === 5) && kernelHeight === kernelWidth &&
    channels >= 8 && channels % 8 === 0 && outChannels >= 8 && outChannels % 8 === 0;
}

/** Products of a channel pair over outputs of a size. */
function productsOf({ places, outputs }: WinogradTile, height: number, width: number): number {
  return places ** 2 * Math.ceil(height / outputs) * Math.ceil(width / outputs);
}

/**
 * The tile for a forward pass or a filter gradient, or null for the direct way.
 *
 * At stride 1 and 3x3 the one with fewer products: 4, but for images that tiles of 4 overhang (5x5, 6x6).
 * At equal numbers 2, whose rounding errors are smaller.
 */
export function winogradTile(windows: Windows, outChannels: number): WinogradTile | null {
  const { images, outHeight, outWidth, strideY, strideX } = windows;
  if (!isPossible(windows, outChannels)) return null;
  if (images * outHeight * outWidth < LEAST_OUTPUTS) return null;
  const products = (tile: WinogradTile) => productsOf(tile, outHeight, outWidth);
  if (windows.kernelHeight === 5) return strideY === 1 && strideX === 1 ? TILE_FIVE : null;
  if (strideY === 1 && strideX === 1) {
    return products(TILE_4) < products(TILE_2) ? TILE_4 : TILE_2;
  }
  const direct = 9 * outHeight * outWidth;
  if (strideY === 2 && strideX === 2 && products(TILE_DOWN) < STRIDED_SHARE * direct) {
    return TILE_DOWN;
  }
  return null;
}

/**
 * The tile for the input gradient of a stride of 2, or null for the direct way, a phase at a time.
 * Its first outputs are the ones that two weights see: nothing may be padded before.
 */
export function winogradGradientTile(windows: Windows, outChannels: number): WinogradTile | null {
  const { images, top, left, inHeight, inWidth, outHeight, outWidth, strideY, strideX } = windows;
  if (!isPossible(windows, outChannels) || windows.kernelHeight !== 3) return null;
  if (strideY !== 2 || strideX !== 2) return null;
  if (top !== 0 || left !== 0 || images * inHeight * inWidth < LEAST_OUTPUTS) return null;
  const direct = 9 * outHeight * outWidth;
  return productsOf(TILE_UP, inHeight, inWidth) < STRIDED_SHARE * direct ? TILE_UP : null;
}
