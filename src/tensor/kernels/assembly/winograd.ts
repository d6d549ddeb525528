// Winograd's minimal filtering of a 3x3 convolution, stride 1: forward and, with exchanged and
// turned weights, the input gradient.
//
// Outputs are cut into tiles of m x m (m = 2 or 4), inputs into the (m + 2) x (m + 2) that each
// sees. Transformed, each of the places of a tile has a matrix product of its own: [tiles,
// channels] times [channels, outChannels]. That is 16 multiplications for 4 outputs (m = 2) or 36
// for 16 (m = 4), where the direct way takes 36 and 144.
//
// The transforms move more numbers than the products do, so they are cut in two. Along the height,
// whole lines of tiles are transformed at once. Along the width, only one row of places is at a
// time, just before and after its products: what it needs stays in the first-level cache.
import { panelWidth } from "./conv_pack";
import { product8x16, product8x8 } from "./conv_tiles";
import { transformLine } from "./winograd_lines";
import {
  inputColumns2, inputColumns4, outputColumns2, outputColumns4, outputRows2, outputRows4, weights2,
  weights4,
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
 * y = clamp(bias + x * weights + residual, low, high), 3x3, stride 1; channel counts are multiples
 * of 8. `residual` is how many bytes it lies from y, 0 for none.
 *
 * `lines` lines are taken at a time. `zeros` has room for a row of the image; `t` for a block's
 * inputs transformed along the height, rows `tRow` apart; `v` for a row of its places, matrices
 * `vPlace` apart; `p` and `pPlace`, `n` and `nRow` are the same for its outputs.
 */
export function winograd(
  images: i32, inHeight: i32, inWidth: i32, channels: i32, top: i32, left: i32, outHeight: i32,
  outWidth: i32, m: i32, lines: i32, x: usize, weights: usize, bias: usize, outChannels: i32,
  y: usize, yImage: usize, yRow: usize, yPixel: usize, residual: usize, low: f32, high: f32,
  zeros: usize, t: usize, tRow: usize, v: usize, vPlace: usize, p: usize, pPlace: usize, n: usize,
  nRow: usize,
): void {
  const tileRows = (outHeight + m - 1) / m;
  const columns = (outWidth + m - 1) / m;
  const places = m + 2;
  const pixel = <usize>channels << 2;
  const outPixel = <usize>outChannels << 2;
  const xImage = <usize>(inHeight * inWidth) * pixel;
  const tLine = <usize>places * tRow;
  const nLine = <usize>places * nRow;
  const vLine = <usize>columns * pixel;
  const pLine = <usize>columns * outPixel;
  const weightRow = <usize>(places * channels) * outPixel;
  const total = images * tileRows;
  memory.fill(zeros, 0, <usize>inWidth * pixel);
  for (let line = 0; line < total; line += lines) {
    const some = min(lines, total - line);
    for (let i = 0; i < some; i++) {
      transformLine(
        m, x + <usize>((line + i) / tileRows) * xImage, inHeight, inWidth, channels,
        top + (line + i) % tileRows * m, left, columns, zeros, t + <usize>i * tLine, tRow,
      );
    }
    for (let place = 0; place < places; place++) {
      let from = t + <usize>place * tRow;
      let to = v;
      for (let i = 0; i < some; i++) {
        if (m == 4) inputColumns4(from, pixel, columns, to, vPlace);
        else inputColumns2(from, pixel, columns, to, vPlace);
        from += tLine;
        to += vLine;
      }
      products(
        places, some * columns, channels, outChannels, v, vPlace,
        weights + <usize>place * weightRow, p, pPlace,
      );
      from = p;
      to = n + <usize>place * nRow;
      for (let i = 0; i < some; i++) {
        if (m == 4) outputColumns4(from, pPlace, outPixel, columns, to);
        else outputColumns2(from, pPlace, outPixel, columns, to);
        from += pLine;
        to += nLine;
      }
    }
    for (let i = 0; i < some; i++) {
      const row = (line + i) % tileRows * m;
      const from = n + <usize>i * nLine;
      const to = y + <usize>((line + i) / tileRows) * yImage + <usize>row * yRow;
      const bytes = <usize>outWidth * outPixel;
      if (m == 4) {
        outputRows4(
          from, nRow, outPixel, bytes, bias, to, yRow, yPixel, outHeight - row, residual, low, high,
        );
      } else {
        outputRows2(
          from, nRow, outPixel, bytes, bias, to, yRow, yPixel, outHeight - row, residual, low, high,
        );
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
