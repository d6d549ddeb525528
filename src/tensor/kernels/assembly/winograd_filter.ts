// The filter gradient by Winograd's minimal filtering, F(3x3, m x m): a tile's inputs, transformed
// as in winograd.ts, times its m x m gradients. At each place, the products [channels, tiles] times
// [tiles, outChannels] are summed over all tiles; one transform at the end makes 3x3 of the sums.
import { copyBand } from "./band";
import { panelWidth } from "./conv_pack";
import { filter8x16, filter8x8 } from "./conv_tiles";
import { transformInputs } from "./winograd";
import { filters2, filters4, gradients2, gradients4 } from "./winograd_transforms";

/**
 * dw = gradient of the weights [3, 3, channels, outChannels], stride 1; channel counts are
 * multiples of 8. Blocks and places as in `winograd`, with gradients at `d` for its products;
 * `sums` has room for (m + 2)^2 matrices [channels, outChannels]. `paddedGradients` has room for
 * one image's gradients of a block, whole tiles, and is 0 if all tiles are whole.
 */
export function winogradFilter(
  images: i32, inHeight: i32, inWidth: i32, channels: i32, top: i32, left: i32, outHeight: i32,
  outWidth: i32, m: i32, group: i32, band: i32, x: usize, dy: usize, outChannels: i32, dw: usize,
  padded: usize, v: usize, inputPlace: usize, d: usize, gradientPlace: usize, sums: usize,
  paddedGradients: usize,
): void {
  const places = (m + 2) * (m + 2);
  memory.fill(sums, 0, <usize>(places * channels * outChannels) << 2);
  const tileRows = (outHeight + m - 1) / m;
  const columns = (outWidth + m - 1) / m;
  const xImage = <usize>(inHeight * inWidth * channels) << 2;
  const outPixel = <usize>outChannels << 2;
  const dyImage = <usize>(outHeight * outWidth) * outPixel;
  const dyRow = <usize>(paddedGradients ? m * columns : outWidth) * outPixel;
  for (let n = 0; n < images; n += group) {
    const some = min(group, images - n);
    for (let row = 0; row < tileRows; row += band) {
      const rows = min(band, tileRows - row);
      let to = d;
      for (let i = 0; i < some; i++) {
        transformInputs(
          m, x + <usize>(n + i) * xImage, inHeight, inWidth, channels, top, left, row, rows,
          columns, padded, v, inputPlace, i * rows * columns,
        );
        let from = dy + <usize>(n + i) * dyImage;
        if (paddedGradients) {
          copyBand(
            from, outHeight, outWidth, outChannels, m * row, 0, m * rows, m * columns,
            paddedGradients,
          );
          from = paddedGradients;
        } else {
          from += <usize>(m * row) * dyRow;
        }
        for (let r = 0; r < rows; r++) {
          for (let c = 0; c < columns; c++) {
            const tile = from + <usize>(m * r) * dyRow + <usize>(m * c) * outPixel;
            if (m == 4) gradients4(tile, dyRow, outPixel, to, gradientPlace);
            else gradients2(tile, dyRow, outPixel, to, gradientPlace);
            to += outPixel;
          }
        }
      }
      addProducts(
        places, some * rows * columns, channels, outChannels, v, inputPlace, d, gradientPlace, sums,
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
