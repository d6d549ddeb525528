// The filter gradient of a convolution, NHWC: dw[k][o] = sum over pixels of window[k] * dy[o].
//
// The tiles keep a block of dw in registers and run over the pixels of a few rows, few enough that
// x and dy stay in the first-level cache while all tiles pass over them.
import { copyBand, copyFloats, widenPixels } from "./band";
import { panelWidth } from "./conv_pack";
import { filter4x16, filter4x8, filter8x16, filter8x8 } from "./conv_tiles";

/** How many inputs the next tile takes when `rest` are left. */
// @ts-ignore: decorator
@inline
function tileHeight(rest: i32): i32 {
  return rest > 4 ? 8 : 4;
}

/**
 * dw = gradient of the weights [kernelHeight, kernelWidth, channels, outChannels].
 *
 * Blocks, `top`, `left`, `direct` and `padded` as in `convolve`; `chunk` output rows are summed at
 * a time. Unless `wide` is 0, pixels of dy are first copied to ones of outChannels rounded up to 8
 * floats, at `wide`. `sums` has room for all tiles, whose sizes are rounded up too.
 */
export function convFilter(
  images: i32, inHeight: i32, inWidth: i32, channels: i32, top: i32, left: i32, kernelHeight: i32,
  kernelWidth: i32, strideY: i32, strideX: i32, outHeight: i32, outWidth: i32, group: i32,
  band: i32, direct: i32, x: usize, dy: usize, outChannels: i32, chunk: i32, dw: usize,
  sums: usize, sumsBytes: usize, padded: usize, wide: usize,
): void {
  memory.fill(sums, 0, sumsBytes);
  const width = direct ? inWidth : (outWidth - 1) * strideX + kernelWidth;
  const pixel = <usize>channels << 2;
  const rowBytes = <usize>width * pixel;
  const xImage = <usize>(inHeight * inWidth) * pixel;
  const run = kernelWidth * channels;
  const outPadded = (outChannels + 7) & ~7;
  const yPixel = <usize>(wide ? outPadded : outChannels) << 2;
  const yRow = <usize>outWidth * yPixel;
  const dyImage = <usize>(outHeight * outWidth * outChannels) << 2;
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
      }
      let yBase = dy + <usize>n * dyImage + (<usize>(r * outWidth * outChannels) << 2);
      let yImage = dyImage;
      if (wide) {
        yImage = <usize>rows * yRow;
      }
      for (let i = 0; i < some; i++) {
        if (!direct) {
          copyBand(
            x + <usize>(n + i) * xImage, inHeight, inWidth, channels, firstRow, left, inRows,
            width, padded + <usize>i * imageBytes,
          );
        }
        if (wide) {
          widenPixels(
            yBase + <usize>i * dyImage, rows * outWidth, outChannels, outPadded,
            wide + <usize>i * yImage,
          );
        }
      }
      if (wide) yBase = wide;
      for (let c = 0; c < rows; c += chunk) {
        filterChunk(
          some, min(chunk, rows - c), outWidth, kernelHeight, run,
          base + <usize>(c * strideY) * rowBytes, imageBytes, <usize>strideY * rowBytes,
          <usize>strideX * pixel, rowBytes, outChannels, yBase + <usize>c * yRow, yImage, yRow,
          yPixel, sums,
        );
      }
    }
  }
  unpackSums(kernelHeight, run, outChannels, sums, dw);
}

/** Adds one chunk to every tile. */
function filterChunk(
  images: i32, rows: i32, length: i32, kernelHeight: i32, run: i32, x: usize, xImage: usize,
  xRow: usize, xPixel: usize, kernelRow: usize, outChannels: i32, y: usize, yImage: usize,
  yRow: usize, yPixel: usize, sums: usize,
): void {
  for (let ky = 0; ky < kernelHeight; ky++) {
    for (let m = 0; m < run; m += 8) {
      const height = tileHeight(run - m);
      const xTile = x + (<usize>m << 2);
      for (let j = 0; j < outChannels; j += 16) {
        const panel = panelWidth(outChannels - j);
        const yTile = y + (<usize>j << 2);
        if (height == 8 && panel == 16) {
          filter8x16(
            images, rows, length, xTile, xImage, xRow, xPixel, yTile, yImage, yRow, yPixel, sums,
          );
        } else if (height == 8) {
          filter8x8(
            images, rows, length, xTile, xImage, xRow, xPixel, yTile, yImage, yRow, yPixel, sums,
          );
        } else if (panel == 16) {
          filter4x16(
            images, rows, length, xTile, xImage, xRow, xPixel, yTile, yImage, yRow, yPixel, sums,
          );
        } else {
          filter4x8(
            images, rows, length, xTile, xImage, xRow, xPixel, yTile, yImage, yRow, yPixel, sums,
          );
        }
        sums += <usize>(height * panel) << 2;
      }
    }
    x += kernelRow;
  }
}

/** Copies the tiles, without what was rounded up, to where the weights' gradient belongs. */
function unpackSums(kernelHeight: i32, run: i32, outChannels: i32, sums: usize, dw: usize): void {
  for (let ky = 0; ky < kernelHeight; ky++) {
    for (let m = 0; m < run; m += 8) {
      const height = tileHeight(run - m);
      const rows = min(height, run - m);
      for (let j = 0; j < outChannels; j += 16) {
        const panel = panelWidth(outChannels - j);
        const used = min(panel, outChannels - j);
        for (let i = 0; i < rows; i++) {
          copyFloats(
            dw + (<usize>((ky * run + m + i) * outChannels + j) << 2),
            sums + (<usize>(i * panel) << 2), used,
          );
        }
        sums += <usize>(height * panel) << 2;
      }
    }
  }
}
