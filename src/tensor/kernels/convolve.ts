/**
 * Convolves windows, directly or by Winograd's minimal filtering; shared by the forward pass, the
 * input gradient and matrix products.
 *
 * @module
 */
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { cacheLines, withScratch } from "../wasm_heap.ts";
import { blocksOf, type Target, windowArguments, type Windows } from "./conv_windows.ts";
import { type Epilogue, NO_EPILOGUE } from "./epilogue.ts";
import { kernel } from "./module.ts";
import { isWinograd, winograd } from "./winograd.ts";

/** Pixels and channels of the largest tile; `assembly/conv.ts` has the same. */
const TILE_PIXELS = 8;
const TILE_BYTES = TILE_PIXELS * 16 * 4 + 2 * TILE_PIXELS * 4;

/**
 * Convolves the images at `x` into `target`.
 *
 * @param pack Writes the weights' panels at the address it is given.
 */
export function convolve(
  backend: BackendWasm,
  windows: Windows,
  x: number,
  outChannels: number,
  pack: (packed: number) => void,
  target: Target,
  epilogue: Epilogue = NO_EPILOGUE,
): void {
  if (isWinograd(windows, outChannels)) {
    winograd(backend, windows, x, outChannels, pack, target, epilogue);
    return;
  }
  const blocks = blocksOf(windows);
  const columns = Math.ceil(outChannels / 8) * 8;
  const runs = windows.kernelHeight * windows.kernelWidth * windows.channels;
  const packedBytes = cacheLines(runs * columns * 4);
  const biasBytes = cacheLines(columns * 4);
  const tableBytes = cacheLines(2 * (blocks.pixels + TILE_PIXELS - 1) * 4 + TILE_BYTES);
  const paddedBytes = blocks.direct ? 0 : blocks.bytes;
  withScratch(backend, packedBytes + biasBytes + tableBytes + paddedBytes, (packed) => {
    const bias = packed + packedBytes;
    const table = bias + biasBytes;
    const padded = table + tableBytes;
    pack(packed);
    kernel("fillZero")(bias, biasBytes);
    if (epilogue.bias !== null) kernel("copyBytes")(bias, epilogue.bias, outChannels * 4);
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
      epilogue.low,
      epilogue.high,
      table,
      padded,
    );
  });
}
