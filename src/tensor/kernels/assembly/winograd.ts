// Winograd's minimal filtering of a convolution: forward and, with exchanged and turned weights,
// the input gradient; stride 1 or 2.
//
// Outputs are cut into tiles, inputs into what each of them sees. Transformed, each of the places of
// a tile has a matrix product of its own: [tiles, channels] times [channels, outChannels]. The tiles
// and what they save are in ../winograd_tiles.ts.
//
// The transforms move more numbers than the products do, so they are cut in two. Along the height,
// whole lines of tiles are transformed at once. Along the width, only one row of places is at a
// time, just before and after its products: what it needs stays in the first-level cache.
import { panelWidth } from "./conv_pack";
import { product8x16, product8x8 } from "./conv_tiles";
import { transformLine } from "./winograd_lines";
import {
  inputColumns, outputColumns, outputRows, outputsOf, placesOf, stepOf, tapsOf, weights as transformWeights,
  weightsOf,
} from "./winograd_transforms";

/**
 * The weights' transform, from panels of taps, as packed for the direct convolution, to matrices
 * of panels; `columns` is a multiple of 8.
 */
export function winogradWeights(
  kind: i32, packed: usize, k: i32, columns: i32, transformed: usize,
): void {
  const place = <usize>(k * columns) << 2;
  const taps = <usize>(tapsOf(kind) * tapsOf(kind));
  for (let j = 0; j < columns; j += 16) {
    const tap = <usize>(k * panelWidth(columns - j)) << 2;
    transformWeights(kind, packed, tap, transformed, place);
    packed += taps * tap;
    transformed += tap;
  }
}

/**
 * y = clamp(bias + x * weights + residual, low, high), by the tile `kind`;
 * channel counts are multiples of 8. `residual` is how many bytes it lies from y, 0 for none.
 *
 * `lines` lines are taken at a time. `zeros` has room for a row of the image; `t` for a block's
 * inputs transformed along the height, rows `tRow` apart; `v` for a row of its places, matrices
 * `vPlace` apart; `p` and `pPlace`, `n` and `nRow` are the same for its outputs.
 */
export function winograd(
  images: i32, inHeight: i32, inWidth: i32, channels: i32, top: i32, left: i32, outHeight: i32,
  outWidth: i32, kind: i32, lines: i32, x: usize, weights: usize, bias: usize, outChannels: i32,
  y: usize, yImage: usize, yRow: usize, yPixel: usize, residual: usize, low: f32, high: f32,
  zeros: usize, t: usize, tRow: usize, v: usize, vPlace: usize, p: usize, pPlace: usize, n: usize,
  nRow: usize,
): void {
  const outputs = outputsOf(kind);
  const step = stepOf(kind);
  const places = placesOf(kind);
  const weightPlaces = weightsOf(kind);
  const tileRows = (outHeight + outputs - 1) / outputs;
  const columns = (outWidth + outputs - 1) / outputs;
  const pixel = <usize>channels << 2;
  const outPixel = <usize>outChannels << 2;
  const xImage = <usize>(inHeight * inWidth) * pixel;
  const tLine = <usize>places * tRow;
  const nLine = <usize>places * nRow;
  const vLine = <usize>columns * pixel;
  const pLine = <usize>columns * outPixel;
  const weightRow = <usize>(weightPlaces * channels) * outPixel;
  const total = images * tileRows;
  memory.fill(zeros, 0, <usize>inWidth * pixel);
  for (let line = 0; line < total; line += lines) {
    const some = min(lines, total - line);
    for (let i = 0; i < some; i++) {
      transformLine(
        kind, x + <usize>((line + i) / tileRows) * xImage, inHeight, inWidth, channels,
        top + (line + i) % tileRows * step, left, columns, zeros, t + <usize>i * tLine, tRow,
      );
    }
    for (let place = 0; place < places; place++) {
      let from = t + <usize>place * tRow;
      let to = v;
      for (let i = 0; i < some; i++) {
        inputColumns(kind, from, pixel, columns, to, vPlace);
        from += tLine;
        to += vLine;
      }
      products(
        places, weightPlaces, some * columns, channels, outChannels, v, vPlace,
        weights + <usize>min(place, weightPlaces - 1) * weightRow, p, pPlace,
      );
      from = p;
      to = n + <usize>place * nRow;
      for (let i = 0; i < some; i++) {
        outputColumns(kind, from, pPlace, outPixel, columns, to);
        from += pLine;
        to += nLine;
      }
    }
    for (let i = 0; i < some; i++) {
      const row = (line + i) % tileRows * outputs;
      outputRows(
        kind, n + <usize>i * nLine, nRow, outPixel, <usize>outWidth * outPixel, bias,
        y + <usize>((line + i) / tileRows) * yImage + <usize>row * yRow, yRow, yPixel,
        outHeight - row, residual, low, high,
      );
    }
  }
}

/**
 * p = v * weights at each place; those beyond the weights' own have the last ones. Rows are computed
 * 8 at a time, so up to 7 more than there are.
 */
function products(
  places: i32, weightPlaces: i32, tiles: i32, channels: i32, outChannels: i32, v: usize, inputPlace: usize,
  weights: usize, p: usize, productPlace: usize,
): void {
  const pixel = <usize>channels << 2;
  const outPixel = <usize>outChannels << 2;
  for (let place = 0; place < places; place++) {
    let panels = weights + <usize>(min(place, weightPlaces - 1) * channels) * outPixel;
    for (let j = 0; j < outChannels; j += 16) {
      const panel = panelWidth(outChannels - j);
      let a = v;
      let c = p + (<usize>j << 2);
      for (let t = 0; t < tiles; t += 8) {
        if (panel == 16) product8x16(channels, a, pixel, panels, c, outPixel);
        else product8x8(channels, a, pixel, panels, c, outPixel);
        a += 8 * pixel;
        c += 8 * outPixel;
      }
      panels += <usize>panel * pixel;
    }
    v += inputPlace;
    p += productPlace;
  }
}
