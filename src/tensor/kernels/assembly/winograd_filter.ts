// The filter gradient by Winograd's minimal filtering: F(3x3, 2x2), whose 4x4 tiles of inputs are
// transformed as in winograd.ts. For each of a tile's 16 places, the transformed inputs [tiles,
// channels] times the transformed gradients [tiles, outChannels] are summed over all tiles; one
// transform at the end makes 3x3 of the 16. 16 multiplications where the direct way takes 36.
import { copyBand } from "./band";
import { panelWidth } from "./conv_pack";
import { filter8x16, filter8x8 } from "./conv_tiles";
import { winogradInputs } from "./winograd";

/**
 * The transform G dy G' of one row of tiles, without its halves, which the last transform makes up
 * for. `columns` pixels of a row exist, and the second row only if `second`.
 */
function winogradGradients(
  dy: usize, row: usize, columns: i32, second: bool, outChannels: i32, d: usize, place: usize,
): void {
  const pixel = <usize>outChannels << 2;
  const zero = f32x4.splat(0);
  for (let x = 0; x < columns; x += 2) {
    const both = x + 1 < columns;
    for (let c: usize = 0; c < pixel; c += 16) {
      const p = dy + c;
      const a0 = v128.load(p);
      const b0 = both ? v128.load(p + pixel) : zero;
      const a3 = second ? v128.load(p + row) : zero;
      const b3 = second && both ? v128.load(p + row + pixel) : zero;
      let q = d + c;
      q = storeRow(q, place, a0, b0);
      q = storeRow(q, place, f32x4.add(a0, a3), f32x4.add(b0, b3));
      q = storeRow(q, place, f32x4.sub(a0, a3), f32x4.sub(b0, b3));
      storeRow(q, place, a3, b3);
    }
    dy += 2 * pixel;
    d += pixel;
  }
}

// @ts-ignore: decorator
@inline
function storeRow(q: usize, place: usize, a: v128, b: v128): usize {
  v128.store(q, a);
  q += place;
  v128.store(q, f32x4.add(a, b));
  q += place;
  v128.store(q, f32x4.sub(a, b));
  q += place;
  v128.store(q, b);
  return q + place;
}

/**
 * dw = gradient of the weights [3, 3, channels, outChannels], stride 1; channel counts are
 * multiples of 8. Blocks and places as in `winograd`, with gradients at `d` for its products;
 * `sums` has room for 16 matrices [channels, outChannels].
 */
export function winogradFilter(
  images: i32, inHeight: i32, inWidth: i32, channels: i32, top: i32, left: i32, outHeight: i32,
  outWidth: i32, group: i32, band: i32, x: usize, dy: usize, outChannels: i32, dw: usize,
  padded: usize, v: usize, inputPlace: usize, d: usize, gradientPlace: usize, sums: usize,
): void {
  memory.fill(sums, 0, <usize>(16 * channels * outChannels) << 2);
  const tileRows = (outHeight + 1) >> 1;
  const tileColumns = (outWidth + 1) >> 1;
  const width = 2 * tileColumns + 2;
  const pixel = <usize>channels << 2;
  const outPixel = <usize>outChannels << 2;
  const rowBytes = <usize>width * pixel;
  const outRow = <usize>outWidth * outPixel;
  const xImage = <usize>(inHeight * inWidth) * pixel;
  const dyImage = <usize>outHeight * outRow;
  for (let n = 0; n < images; n += group) {
    const some = min(group, images - n);
    for (let r = 0; r < tileRows; r += band) {
      const rows = min(band, tileRows - r);
      for (let i = 0; i < some; i++) {
        copyBand(
          x + <usize>(n + i) * xImage, inHeight, inWidth, channels, top + 2 * r, left,
          2 * rows + 2, width, padded,
        );
        for (let row = 0; row < rows; row++) {
          const tile = <usize>((i * rows + row) * tileColumns);
          const oy = 2 * (r + row);
          winogradInputs(
            padded + <usize>(2 * row) * rowBytes, rowBytes, tileColumns, channels,
            v + tile * pixel, inputPlace,
          );
          winogradGradients(
            dy + <usize>(n + i) * dyImage + <usize>oy * outRow, outRow, outWidth,
            oy + 1 < outHeight, outChannels, d + tile * outPixel, gradientPlace,
          );
        }
      }
      addProducts(
        some * rows * tileColumns, channels, outChannels, v, inputPlace, d, gradientPlace, sums,
      );
    }
  }
  winogradFilterOutputs(sums, channels, outChannels, dw);
}

/** sums += v' * d for each of the 16 places, tile by tile of 8x16 sums. */
function addProducts(
  tiles: i32, channels: i32, outChannels: i32, v: usize, inputPlace: usize, d: usize,
  gradientPlace: usize, sums: usize,
): void {
  const pixel = <usize>channels << 2;
  const outPixel = <usize>outChannels << 2;
  for (let place = 0; place < 16; place++) {
    for (let m: usize = 0; m < pixel; m += 32) {
      for (let j = 0; j < outChannels; j += 16) {
        const gradients = d + (<usize>j << 2);
        const panel = panelWidth(outChannels - j);
        if (panel == 16) {
          filter8x16(1, 1, tiles, v + m, 0, 0, pixel, gradients, 0, 0, outPixel, sums);
        } else {
          filter8x8(1, 1, tiles, v + m, 0, 0, pixel, gradients, 0, 0, outPixel, sums);
        }
        sums += <usize>(8 * panel) << 2;
      }
    }
    v += inputPlace;
    d += gradientPlace;
  }
}

/** The last transform, A' s A with the halves: of the 16 sums at `s`, one row for 4 channels. */
function winogradFilterOutputs(sums: usize, channels: i32, outChannels: i32, dw: usize): void {
  const place = <usize>(channels * outChannels) << 2;
  const tap = place;
  for (let c = 0; c < channels; c += 8) {
    for (let j = 0; j < outChannels; j += 16) {
      const panel = panelWidth(outChannels - j);
      for (let i = 0; i < 8; i++) {
        const to = dw + (<usize>((c + i) * outChannels + j) << 2);
        for (let o: usize = 0; o < <usize>panel << 2; o += 16) {
          outputs(sums + o, place, to + o, tap);
        }
        sums += <usize>panel << 2;
      }
    }
  }
}

/** One row of A' s from 4 places apart by `step`: first, second and third output. */
// @ts-ignore: decorator
@inline
function first(s: usize, step: usize): v128 {
  const inner = f32x4.add(v128.load(s + step), v128.load(s + 2 * step));
  return f32x4.add(v128.load(s), f32x4.mul(inner, f32x4.splat(0.5)));
}

// @ts-ignore: decorator
@inline
function middle(s: usize, step: usize): v128 {
  const inner = f32x4.sub(v128.load(s + step), v128.load(s + 2 * step));
  return f32x4.mul(inner, f32x4.splat(0.5));
}

// @ts-ignore: decorator
@inline
function last(s: usize, step: usize): v128 {
  const inner = f32x4.add(v128.load(s + step), v128.load(s + 2 * step));
  return f32x4.sub(f32x4.mul(inner, f32x4.splat(0.5)), v128.load(s + 3 * step));
}

/** All 9 weights' gradients of 4 output channels; the first 3 rows of sums are overwritten. */
// @ts-ignore: decorator
@inline
function outputs(s: usize, place: usize, dw: usize, tap: usize): void {
  for (let column: usize = 0; column < 4; column++) {
    const at = s + column * place;
    const top = first(at, 4 * place);
    const centre = middle(at, 4 * place);
    const bottom = last(at, 4 * place);
    v128.store(at, top);
    v128.store(at + 4 * place, centre);
    v128.store(at + 8 * place, bottom);
  }
  for (let row: usize = 0; row < 3; row++) {
    const at = s + 4 * row * place;
    const to = dw + 3 * row * tap;
    v128.store(to, first(at, place));
    v128.store(to + tap, middle(at, place));
    v128.store(to + 2 * tap, last(at, place));
  }
}
