// Winograd's minimal filtering of a 3x3 convolution, stride 1: forward and, with exchanged and
// turned weights, the input gradient.
//
// Outputs are cut into tiles of m x m (m = 2 or 4), inputs into the (m + 2) x (m + 2) that each
// sees. Transformed, each of the places of a tile has a matrix product of its own: [tiles,
// channels] times [channels, outChannels]. That is 16 multiplications for 4 outputs (m = 2) or 36
// for 16 (m = 4), where the direct way takes 36 and 144. Blocks of tiles are as large as what is
// transformed stays in the second-level cache.
import { copyBand, copyFloats } from "./band";
import { panelWidth } from "./conv_pack";
import { product8x16, product8x8 } from "./conv_tiles";
import {
  inputs2, inputs4, outputs2, outputs4, weights2, weights4,
} from "./winograd_transforms";

/**
 * The weights' transform, from panels of 9 taps, as packed for the direct convolution, to matrices
 * of panels; `columns` is a multiple of 8.
 */
export function winogradWeights(
  m: i32, packed: usize, k: i32, columns: i32, transformed: usize,
): void {
  const place = <usize>(k * columns) << 2;
  for (let j = 0; j < columns; j += 16) {
    const tap = <usize>(k * panelWidth(columns - j)) << 2;
    if (m == 4) weights4(packed, tap, transformed, place);
    else weights2(packed, tap, transformed, place);
    packed += 9 * tap;
    transformed += tap;
  }
}

/**
 * Transforms the tiles of `rows` rows of one image, from row `row` on: `tile` is the number of the
 * first in the block. Used by the filter gradient too.
 */
export function transformInputs(
  m: i32, x: usize, inHeight: i32, inWidth: i32, channels: i32, top: i32, left: i32, row: i32,
  rows: i32, columns: i32, padded: usize, v: usize, place: usize, tile: i32,
): void {
  const width = m * columns + 2;
  const pixel = <usize>channels << 2;
  const rowBytes = <usize>width * pixel;
  copyBand(
    x, inHeight, inWidth, channels, top + m * row, left, m * rows + 2, width, padded,
  );
  let to = v + <usize>tile * pixel;
  for (let r = 0; r < rows; r++) {
    let from = padded + <usize>(m * r) * rowBytes;
    for (let c = 0; c < columns; c++) {
      if (m == 4) inputs4(from, rowBytes, pixel, to, place);
      else inputs2(from, rowBytes, pixel, to, place);
      from += <usize>m * pixel;
      to += pixel;
    }
  }
}

/**
 * y = clamp(bias + x * weights, low, high), 3x3, stride 1; channel counts are multiples of 8.
 *
 * `group` images of `band` rows of tiles are taken at a time; `inputPlace` is the distance of the
 * matrices of transformed inputs at `v`, `productPlace` that of the products at `p`; `partial` has
 * room for a tile of outputs.
 */
export function winograd(
  images: i32, inHeight: i32, inWidth: i32, channels: i32, top: i32, left: i32, outHeight: i32,
  outWidth: i32, m: i32, group: i32, band: i32, x: usize, weights: usize, bias: usize,
  outChannels: i32, y: usize, yImage: usize, yRow: usize, yPixel: usize, low: f32, high: f32,
  padded: usize, v: usize, inputPlace: usize, p: usize, productPlace: usize, partial: usize,
): void {
  const tileRows = (outHeight + m - 1) / m;
  const columns = (outWidth + m - 1) / m;
  const xImage = <usize>(inHeight * inWidth * channels) << 2;
  const outPixel = <usize>outChannels << 2;
  for (let n = 0; n < images; n += group) {
    const some = min(group, images - n);
    for (let row = 0; row < tileRows; row += band) {
      const rows = min(band, tileRows - row);
      for (let i = 0; i < some; i++) {
        transformInputs(
          m, x + <usize>(n + i) * xImage, inHeight, inWidth, channels, top, left, row, rows,
          columns, padded, v, inputPlace, i * rows * columns,
        );
      }
      products(
        (m + 2) * (m + 2), some * rows * columns, channels, outChannels, v, inputPlace, weights, p,
        productPlace,
      );
      let from = p;
      for (let i = 0; i < some; i++) {
        for (let r = row; r < row + rows; r++) {
          for (let c = 0; c < columns; c++) {
            const to = y + <usize>(n + i) * yImage + <usize>(m * r) * yRow + <usize>(m * c) * yPixel;
            const height = min(m, outHeight - m * r);
            const width = min(m, outWidth - m * c);
            const whole = height == m && width == m;
            const target = whole ? to : partial;
            const targetRow = whole ? yRow : <usize>m * outPixel;
            const targetPixel = whole ? yPixel : outPixel;
            if (m == 4) {
              outputs4(
                from, productPlace, outPixel, bias, target, targetRow, targetPixel, low, high,
              );
            } else {
              outputs2(
                from, productPlace, outPixel, bias, target, targetRow, targetPixel, low, high,
              );
            }
            if (!whole) {
              for (let h = 0; h < height; h++) {
                for (let w = 0; w < width; w++) {
                  copyFloats(
                    to + <usize>h * yRow + <usize>w * yPixel,
                    partial + <usize>(h * m + w) * outPixel, outChannels,
                  );
                }
              }
            }
            from += outPixel;
          }
        }
      }
    }
  }
}

/** p = v * weights at each place; rows are computed 8 at a time, so up to 7 more than there are. */
function products(
  places: i32, tiles: i32, channels: i32, outChannels: i32, v: usize, inputPlace: usize,
  weights: usize, p: usize, productPlace: usize,
): void {
  const pixel = <usize>channels << 2;
  const outPixel = <usize>outChannels << 2;
  for (let place = 0; place < places; place++) {
    for (let j = 0; j < outChannels; j += 16) {
      const panel = panelWidth(outChannels - j);
      let a = v;
      let c = p + (<usize>j << 2);
      for (let t = 0; t < tiles; t += 8) {
        if (panel == 16) product8x16(channels, a, pixel, weights, c, outPixel);
        else product8x8(channels, a, pixel, weights, c, outPixel);
        a += 8 * pixel;
        c += 8 * outPixel;
      }
      weights += <usize>panel * pixel;
    }
    v += inputPlace;
    p += productPlace;
  }
}
