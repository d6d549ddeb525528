/**
 * Convolves windows, directly or by Winograd's minimal filtering; shared by the forward pass, the
 * input gradient and matrix products.
 *
 * @module
 */
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { cacheLines, withScratch } from "../wasm_heap.ts";
import { blocksOf, type Target, windowArguments, type Windows } from "./conv_windows.ts";
import { type Epilogue, NO_EPILOGUE, residualDistance, writeBias } from "./epilogue.ts";
import type { Filters } from "./filters.ts";
import { kernel } from "./module.ts";
import { winograd } from "./winograd.ts";
import { winogradTile } from "./winograd_choice.ts";
import type { WinogradTile } from "./winograd_tiles.ts";

/** Pixels and channels of the largest tile; `assembly/conv.ts` has the same. */
const TILE_PIXELS = 8;
const TILE_BYTES = 2 * TILE_PIXELS * 16 * 4 + 2 * TILE_PIXELS * 4;

/**
 * Convolves the images at `x` into `target`.
 *
 * @param tile By which of Winograd's tiles, or null for the direct way.
 */
export function convolve(
  backend: BackendWasm,
  windows: Windows,
  x: number,
  outChannels: number,
  filters: Filters,
  target: Target,
  epilogue: Epilogue = NO_EPILOGUE,
  tile: WinogradTile | null = winogradTile(windows, outChannels),
): void {
  if (tile !== null) {
    winograd(backend, windows, x, outChannels, tile, filters, target, epilogue);
    return;
  }
  const blocks = blocksOf(windows);
  const columns = Math.ceil(outChannels / 8) * 8;
  const biasBytes = cacheLines(columns * 4);
  const tableBytes = cacheLines(2 * (blocks.pixels + TILE_PIXELS - 1) * 4 + TILE_BYTES);
  const paddedBytes = blocks.direct ? 0 : blocks.bytes;
  filters.read(
    "panels",
    (packed) =>
      withScratch(backend, biasBytes + tableBytes + paddedBytes, (bias) => {
        const table = bias + biasBytes;
        writeBias(epilogue, outChannels, columns, bias);
        kernel("convolve")(
          ...windowArguments(windows),
          blocks.group,
          blocks.band,
          Number(blocks.direct),
          x,
          packed,
          bias,
          outChannels,
          target.address,
          target.image,
          target.row,
          target.pixel,
          residualDistance(epilogue, target.address),
          epilogue.low,
          epilogue.high,
          table,
          table + tableBytes,
        );
      }),
  );
}
