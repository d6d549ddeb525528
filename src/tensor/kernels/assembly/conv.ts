// Direct convolution, NHWC. Forward, and the input gradient, which is a forward convolution of the
// output's gradient for each phase of the stride.
//
// In a band with its padding, a window is `kernelHeight` runs of kernelWidth * channels floats that
// lie next to each other, whatever the stride: so 1x1, 3x3, 5x5 and a 3-channel stem are the same
// loop, without im2col.
import { copyBand, copyFloats } from "./band";
import { panelWidth } from "./conv_pack";
import { forward8x16, forward8x8 } from "./conv_tiles";

/** Pixels of a tile. */
const TILE: i32 = 8;

/** Writes each pixel's offset; the last tile is filled up with the last pixel again. */
function fillTable(
  table: usize, images: i32, rows: i32, columns: i32, image: usize, row: usize, pixel: usize,
): void {
  let last: u32 = 0;
  for (let n = 0; n < images; n++) {
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        last = <u32>(<usize>n * image + <usize>r * row + <usize>c * pixel);
        store<u32>(table, last);
        table += 4;
      }
    }
  }
  for (let i = 1; i < TILE; i++) {
    store<u32>(table, last);
    table += 4;
  }
}

/**
 * y = clamp(bias + x * weights + residual, low, high). `residual` is how many bytes it lies from y,
 * 0 for none.
 *
 * `group` images of `band` output rows each are taken at a time; with `direct`, windows are read
 * from x itself, which then must hold every one of them. (`top`, `left`) is where the first window
 * begins in x, negative with padding. `table` has room for twice (pixels of a block + 7) entries,
 * then two tiles of 8x16 floats; `padded` for a block with its padding.
 */
export function convolve(
  images: i32, inHeight: i32, inWidth: i32, channels: i32, top: i32, left: i32, kernelHeight: i32,
  kernelWidth: i32, strideY: i32, strideX: i32, outHeight: i32, outWidth: i32, group: i32,
  band: i32, direct: i32, x: usize, packed: usize, bias: usize, outChannels: i32, y: usize,
  yImage: usize, yRow: usize, yPixel: usize, residual: usize, low: f32, high: f32, table: usize,
  padded: usize,
): void {
  const width = direct ? inWidth : (outWidth - 1) * strideX + kernelWidth;
  const pixel = <usize>channels << 2;
  const rowBytes = <usize>width * pixel;
  const xImage = <usize>(inHeight * inWidth) * pixel;
  const run = kernelWidth * channels;
  const outTable = table + (<usize>(group * band * outWidth + TILE - 1) << 2);
  const tile = outTable + (<usize>(group * band * outWidth + TILE - 1) << 2);
  let tabled = 0;
  for (let n = 0; n < images; n += group) {
    const some = min(group, images - n);
    for (let r = 0; r < outHeight; r += band) {
      const rows = min(band, outHeight - r);
      const inRows = (rows - 1) * strideY + kernelHeight;
      const firstRow = top + r * strideY;
      let base = padded;
      let imageBytes = <usize>inRows * rowBytes;
      if (direct) {
        base = x + <usize>n * xImage + <usize>(firstRow * inWidth + left) * pixel;
        imageBytes = xImage;
      } else {
        for (let i = 0; i < some; i++) {
          copyBand(
            x + <usize>(n + i) * xImage, inHeight, inWidth, channels, firstRow, left, inRows,
            width, padded + <usize>i * imageBytes,
          );
        }
      }
      const pixels = some * rows * outWidth;
      // The same for every block but the last ones.
      if (pixels != tabled) {
        fillTable(
          table, some, rows, outWidth, imageBytes, <usize>strideY * rowBytes,
          <usize>strideX * pixel,
        );
        fillTable(outTable, some, rows, outWidth, yImage, yRow, yPixel);
        tabled = pixels;
      }
      const out = y + <usize>n * yImage + <usize>r * yRow;
      let weights = packed;
      for (let j = 0; j < outChannels; j += 16) {
        const panel = panelWidth(outChannels - j);
        convolvePanel(
          pixels, kernelHeight, run, base, rowBytes, table, weights, bias + (<usize>j << 2),
          out + (<usize>j << 2), outTable, residual, low, high, panel, min(panel, outChannels - j), tile,
        );
        weights += <usize>(kernelHeight * run * panel) << 2;
      }
    }
  }
}

/** All pixels of a block, one panel of channels, of which only `used` exist in y. */
function convolvePanel(
  pixels: i32, kernelHeight: i32, run: i32, x: usize, rowBytes: usize, table: usize, packed: usize,
  bias: usize, y: usize, outTable: usize, residual: usize, low: f32, high: f32, panel: i32, used: i32, tile: usize,
): void {
  if (used == 16) {
    for (let p = 0; p < pixels; p += TILE) {
      const entry = <usize>p << 2;
      forward8x16(
        kernelHeight, run, x, rowBytes, table + entry, packed, bias, y, outTable + entry, residual,
        low, high,
      );
    }
    return;
  }
  if (used == 8) {
    for (let p = 0; p < pixels; p += TILE) {
      const entry = <usize>p << 2;
      forward8x8(
        kernelHeight, run, x, rowBytes, table + entry, packed, bias, y, outTable + entry, residual,
        low, high,
      );
    }
    return;
  }
  // Through a tile aside, then the same of the residual, then the tile's own table of offsets.
  const tileBytes = <usize>(TILE * 16 * 4);
  const tileTable = tile + 2 * tileBytes;
  const distance = residual ? tileBytes : 0;
  fillTable(tileTable, 1, 1, TILE, 0, 0, <usize>panel << 2);
  for (let p = 0; p < pixels; p += TILE) {
    const entry = <usize>p << 2;
    if (residual) {
      for (let i = 0; i < TILE; i++) {
        copyFloats(
          tile + tileBytes + (<usize>(i * panel) << 2),
          y + load<u32>(outTable + entry + (<usize>i << 2)) + residual, used,
        );
      }
    }
    if (panel == 16) {
      forward8x16(
        kernelHeight, run, x, rowBytes, table + entry, packed, bias, tile, tileTable, distance, low,
        high,
      );
    } else {
      forward8x8(
        kernelHeight, run, x, rowBytes, table + entry, packed, bias, tile, tileTable, distance, low,
        high,
      );
    }
    for (let i = 0; i < TILE; i++) {
      copyFloats(
        y + load<u32>(outTable + entry + (<usize>i << 2)), tile + (<usize>(i * panel) << 2), used,
      );
    }
  }
}
