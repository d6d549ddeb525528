// The filter gradient by Winograd's minimal filtering, F(3x3, m x m): a tile's inputs, transformed
// as in winograd.ts, times its m x m gradients. At each place, the products [channels, tiles] times
// [tiles, outChannels] are summed over all tiles; one transform at the end makes 3x3 of the sums.
import { panelWidth } from "./conv_pack";
import { filter8x16, filter8x8 } from "./conv_tiles";
import { transformGradientLine, transformLine } from "./winograd_lines";
import {
  filters2, filters4, gradientColumns2, gradientColumns4, inputColumns2, inputColumns4,
} from "./winograd_transforms";

/**
 * dw = gradient of the weights [3, 3, channels, outChannels], stride 1; channel counts are
 * multiples of 8. Lines, `zeros` (for the longer of the two rows), `t` and `v` as in `winograd`,
 * `u` and `d` the same for the gradients; `sums` has room for (m + 2)^2 matrices
 * [channels, outChannels].
 */
export function winogradFilter(
  images: i32, inHeight: i32, inWidth: i32, channels: i32, top: i32, left: i32, outHeight: i32,
  outWidth: i32, m: i32, lines: i32, x: usize, dy: usize, outChannels: i32, dw: usize,
  zeros: usize, zeroBytes: usize, t: usize, tRow: usize, v: usize, vPlace: usize, u: usize,
  uRow: usize, d: usize, dPlace: usize, sums: usize,
): void {
  const places = m + 2;
  const tileRows = (outHeight + m - 1) / m;
  const columns = (outWidth + m - 1) / m;
  const pixel = <usize>channels << 2;
  const outPixel = <usize>outChannels << 2;
  const xImage = <usize>(inHeight * inWidth) * pixel;
  const dyImage = <usize>(outHeight * outWidth) * outPixel;
  const tLine = <usize>places * tRow;
  const uLine = <usize>places * uRow;
  const sumsRow = <usize>(places * channels) * outPixel;
  const total = images * tileRows;
  memory.fill(zeros, 0, zeroBytes);
  memory.fill(sums, 0, <usize>places * sumsRow);
  for (let line = 0; line < total; line += lines) {
    const some = min(lines, total - line);
    for (let i = 0; i < some; i++) {
      const image = <usize>((line + i) / tileRows);
      const row = (line + i) % tileRows * m;
      transformLine(
        m, x + image * xImage, inHeight, inWidth, channels, top + row, left, columns, zeros,
        t + <usize>i * tLine, tRow,
      );
      transformGradientLine(
        m, dy + image * dyImage, outHeight, outWidth, outChannels, row, columns, zeros,
        u + <usize>i * uLine, uRow,
      );
    }
    for (let place = 0; place < places; place++) {
      let from = t + <usize>place * tRow;
      let to = v;
      let gradientsFrom = u + <usize>place * uRow;
      let gradientsTo = d;
      for (let i = 0; i < some; i++) {
        if (m == 4) {
          inputColumns4(from, pixel, columns, to, vPlace);
          gradientColumns4(gradientsFrom, outPixel, columns, gradientsTo, dPlace);
        } else {
          inputColumns2(from, pixel, columns, to, vPlace);
          gradientColumns2(gradientsFrom, outPixel, columns, gradientsTo, dPlace);
        }
        from += tLine;
        to += <usize>columns * pixel;
        gradientsFrom += uLine;
        gradientsTo += <usize>columns * outPixel;
      }
      addProducts(
        places, some * columns, channels, outChannels, v, vPlace, d, dPlace,
        sums + <usize>place * sumsRow,
      );
    }
  }
  filterOutputs(m, sums, channels, outChannels, dw);
}

/** sums += v' * d at each place, 8x16 sums at a time. */
function addProducts(
  places: i32, tiles: i32, channels: i32, outChannels: i32, v: usize, inputPlace: usize, d: usize,
  gradientPlace: usize, sums: usize,
): void {
  const pixel = <usize>channels << 2;
  const outPixel = <usize>outChannels << 2;
  for (let place = 0; place < places; place++) {
    for (let at: usize = 0; at < pixel; at += 32) {
      for (let j = 0; j < outChannels; j += 16) {
        const gradients = d + (<usize>j << 2);
        const panel = panelWidth(outChannels - j);
        if (panel == 16) {
          filter8x16(1, 1, tiles, v + at, 0, 0, pixel, gradients, 0, 0, outPixel, sums);
        } else {
          filter8x8(1, 1, tiles, v + at, 0, 0, pixel, gradients, 0, 0, outPixel, sums);
        }
        sums += <usize>(8 * panel) << 2;
      }
    }
    v += inputPlace;
    d += gradientPlace;
  }
}

/** The last transform, from the order of `addProducts`. */
function filterOutputs(m: i32, sums: usize, channels: i32, outChannels: i32, dw: usize): void {
  const place = <usize>(channels * outChannels) << 2;
  for (let c = 0; c < channels; c += 8) {
    for (let j = 0; j < outChannels; j += 16) {
      const bytes = <usize>panelWidth(outChannels - j) << 2;
      for (let i = 0; i < 8; i++) {
        const to = dw + (<usize>((c + i) * outChannels + j) << 2);
        if (m == 4) filters4(sums, place, bytes, to, place);
        else filters2(sums, place, bytes, to, place);
        sums += bytes;
      }
    }
  }
}
