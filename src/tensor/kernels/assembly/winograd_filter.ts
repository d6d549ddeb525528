// The filter gradient by Winograd's minimal filtering: a tile's inputs, transformed as in winograd.ts,
// times its outputs' gradients. At each place, the products [channels, tiles] times
// [tiles, outChannels] are summed over all tiles; one transform at the end makes the weights' gradients of the sums.
import { panelWidth } from "./conv_pack";
import { filter8x16, filter8x8 } from "./conv_tiles";
import { transformGradientLine, transformLine } from "./winograd_lines";
import {
  filters, gradientColumns, inputColumns, outputsOf, placesOf, stepOf, weightsOf,
} from "./winograd_transforms";

/**
 * dw = gradient of the weights [taps, taps, channels, outChannels]; channel counts are multiples of 8. Lines, `zeros` (for the longer of the two rows), `t` and `v` as in `winograd`,
 * `u` and `d` the same for the gradients; `sums` has room for all matrices
 * [channels, outChannels].
 */
export function winogradFilter(
  images: i32, inHeight: i32, inWidth: i32, channels: i32, top: i32, left: i32, outHeight: i32,
  outWidth: i32, kind: i32, lines: i32, x: usize, dy: usize, outChannels: i32, dw: usize,
  zeros: usize, zeroBytes: usize, t: usize, tRow: usize, v: usize, vPlace: usize, u: usize,
  uRow: usize, d: usize, dPlace: usize, sums: usize,
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
  const dyImage = <usize>(outHeight * outWidth) * outPixel;
  const tLine = <usize>places * tRow;
  const uLine = <usize>places * uRow;
  const sumsRow = <usize>(weightPlaces * channels) * outPixel;
  const total = images * tileRows;
  memory.fill(zeros, 0, zeroBytes);
  memory.fill(sums, 0, <usize>weightPlaces * sumsRow);
  for (let line = 0; line < total; line += lines) {
    const some = min(lines, total - line);
    for (let i = 0; i < some; i++) {
      const image = <usize>((line + i) / tileRows);
      const row = (line + i) % tileRows;
      transformLine(
        kind, x + image * xImage, inHeight, inWidth, channels, top + row * step, left, columns, zeros,
        t + <usize>i * tLine, tRow,
      );
      transformGradientLine(
        kind, dy + image * dyImage, outHeight, outWidth, outChannels, row * outputs, columns, zeros,
        u + <usize>i * uLine, uRow,
      );
    }
    for (let place = 0; place < places; place++) {
      let from = t + <usize>place * tRow;
      let to = v;
      let gradientsFrom = u + <usize>place * uRow;
      let gradientsTo = d;
      for (let i = 0; i < some; i++) {
        inputColumns(kind, from, pixel, columns, to, vPlace);
        gradientColumns(kind, gradientsFrom, outPixel, columns, gradientsTo, dPlace);
        from += tLine;
        to += <usize>columns * pixel;
        gradientsFrom += uLine;
        gradientsTo += <usize>columns * outPixel;
      }
      addProducts(
        places, weightPlaces, some * columns, channels, outChannels, v, vPlace, d, dPlace,
        sums + <usize>min(place, weightPlaces - 1) * sumsRow,
      );
    }
  }
  filterOutputs(kind, sums, channels, outChannels, dw);
}

/** sums += v' * d at each place, or at the weights' last; 8x16 sums at a time. */
function addProducts(
  places: i32, weightPlaces: i32, tiles: i32, channels: i32, outChannels: i32, v: usize, inputPlace: usize, d: usize,
  gradientPlace: usize, sums: usize,
): void {
  const pixel = <usize>channels << 2;
  const outPixel = <usize>outChannels << 2;
  const sumsPlace = <usize>channels * outPixel;
  for (let place = 0; place < places; place++) {
    let tile = sums + <usize>min(place, weightPlaces - 1) * sumsPlace;
    for (let at: usize = 0; at < pixel; at += 32) {
      for (let j = 0; j < outChannels; j += 16) {
        const gradients = d + (<usize>j << 2);
        const panel = panelWidth(outChannels - j);
        if (panel == 16) {
          filter8x16(1, 1, tiles, v + at, 0, 0, pixel, gradients, 0, 0, outPixel, tile);
        } else {
          filter8x8(1, 1, tiles, v + at, 0, 0, pixel, gradients, 0, 0, outPixel, tile);
        }
        tile += <usize>(8 * panel) << 2;
      }
    }
    v += inputPlace;
    d += gradientPlace;
  }
}

/** The last transform, from the order of `addProducts`. */
function filterOutputs(
  kind: i32, sums: usize, channels: i32, outChannels: i32, dw: usize,
): void {
  const place = <usize>(channels * outChannels) << 2;
  for (let c = 0; c < channels; c += 8) {
    for (let j = 0; j < outChannels; j += 16) {
      const bytes = <usize>panelWidth(outChannels - j) << 2;
      for (let i = 0; i < 8; i++) {
        const to = dw + (<usize>((c + i) * outChannels + j) << 2);
        filters(kind, sums, place, bytes, to, place);
        sums += bytes;
      }
    }
  }
}
