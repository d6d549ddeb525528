// Winograd's minimal filtering F(2x2, 3x3) (Lavin and Gray, "Fast Algorithms for Convolutional
// Neural Networks", CVPR 2016): stride 1, 16 multiplications for 4 outputs where the direct way
// takes 36. Forward and, with exchanged and turned weights, the input gradient.
//
// Images are cut into tiles of 4x4 inputs, two apart. Transformed, each of the 16 places of a tile
// has a matrix product of its own: [tiles, channels] times [channels, outChannels]. Blocks of tiles
// are as large as the transformed inputs and products together stay in the second-level cache.
import { copyBand } from "./band";
import { panelWidth } from "./conv_pack";
import { product8x16, product8x8 } from "./conv_tiles";

/**
 * The weights' transform G g G', from panels of 9 taps, as packed for the direct convolution, to
 * 16 matrices of panels; `columns` must be a multiple of 8.
 */
export function winogradWeights(packed: usize, k: i32, columns: i32, transformed: usize): void {
  const place = <usize>(k * columns) << 2;
  const half = f32x4.splat(0.5);
  for (let j = 0; j < columns; j += 16) {
    const tap = <usize>(k * panelWidth(columns - j)) << 2;
    for (let at: usize = 0; at < tap; at += 16) {
      for (let row: usize = 0; row < 3; row++) {
        // Along the filter's rows, into the places 4 * row of the target.
        const g0 = v128.load(packed + 3 * row * tap + at);
        const g1 = v128.load(packed + (3 * row + 1) * tap + at);
        const g2 = v128.load(packed + (3 * row + 2) * tap + at);
        const ends = f32x4.add(g0, g2);
        const to = transformed + 4 * row * place + at;
        v128.store(to, g0);
        v128.store(to + place, f32x4.mul(f32x4.add(ends, g1), half));
        v128.store(to + 2 * place, f32x4.mul(f32x4.sub(ends, g1), half));
        v128.store(to + 3 * place, g2);
      }
      for (let column: usize = 0; column < 4; column++) {
        const to = transformed + column * place + at;
        const g0 = v128.load(to);
        const g1 = v128.load(to + 4 * place);
        const g2 = v128.load(to + 8 * place);
        const ends = f32x4.add(g0, g2);
        v128.store(to + 4 * place, f32x4.mul(f32x4.add(ends, g1), half));
        v128.store(to + 8 * place, f32x4.mul(f32x4.sub(ends, g1), half));
        v128.store(to + 12 * place, g2);
      }
    }
    packed += 9 * tap;
    transformed += tap;
  }
}

/**
 * The inputs' transform B' d B of one row of tiles: `x` is the first of 4 rows, `place` bytes lie
 * between the 16 matrices. Columns are transformed once, for the two tiles that share them.
 */
export function winogradInputs(
  x: usize, rowBytes: usize, tiles: i32, channels: i32, v: usize, place: usize,
): void {
  const pixel = <usize>channels << 2;
  for (let c: usize = 0; c < pixel; c += 16) {
    let p = x + c;
    let to = v + c;
    let d0 = v128.load(p);
    let d1 = v128.load(p + rowBytes);
    let d2 = v128.load(p + 2 * rowBytes);
    let d3 = v128.load(p + 3 * rowBytes);
    let e0 = f32x4.sub(d0, d2);
    let e1 = f32x4.add(d1, d2);
    let e2 = f32x4.sub(d2, d1);
    let e3 = f32x4.sub(d1, d3);
    p += pixel;
    d0 = v128.load(p);
    d1 = v128.load(p + rowBytes);
    d2 = v128.load(p + 2 * rowBytes);
    d3 = v128.load(p + 3 * rowBytes);
    let f0 = f32x4.sub(d0, d2);
    let f1 = f32x4.add(d1, d2);
    let f2 = f32x4.sub(d2, d1);
    let f3 = f32x4.sub(d1, d3);
    p += pixel;
    for (let t = tiles; t > 0; t--) {
      d0 = v128.load(p);
      d1 = v128.load(p + rowBytes);
      d2 = v128.load(p + 2 * rowBytes);
      d3 = v128.load(p + 3 * rowBytes);
      const g0 = f32x4.sub(d0, d2);
      const g1 = f32x4.add(d1, d2);
      const g2 = f32x4.sub(d2, d1);
      const g3 = f32x4.sub(d1, d3);
      p += pixel;
      d0 = v128.load(p);
      d1 = v128.load(p + rowBytes);
      d2 = v128.load(p + 2 * rowBytes);
      d3 = v128.load(p + 3 * rowBytes);
      const h0 = f32x4.sub(d0, d2);
      const h1 = f32x4.add(d1, d2);
      const h2 = f32x4.sub(d2, d1);
      const h3 = f32x4.sub(d1, d3);
      p += pixel;
      let q = to;
      q = storeRow(q, place, e0, f0, g0, h0);
      q = storeRow(q, place, e1, f1, g1, h1);
      q = storeRow(q, place, e2, f2, g2, h2);
      storeRow(q, place, e3, f3, g3, h3);
      e0 = g0;
      e1 = g1;
      e2 = g2;
      e3 = g3;
      f0 = h0;
      f1 = h1;
      f2 = h2;
      f3 = h3;
      to += pixel;
    }
  }
}

// @ts-ignore: decorator
@inline
function storeRow(q: usize, place: usize, e: v128, f: v128, g: v128, h: v128): usize {
  v128.store(q, f32x4.sub(e, g));
  q += place;
  v128.store(q, f32x4.add(f, g));
  q += place;
  v128.store(q, f32x4.sub(g, f));
  q += place;
  v128.store(q, f32x4.sub(f, h));
  return q + place;
}

/** The first row of A' m, one column: the places 4 apart. */
// @ts-ignore: decorator
@inline
function upper(q: usize, place: usize): v128 {
  return f32x4.add(
    f32x4.add(v128.load(q), v128.load(q + 4 * place)), v128.load(q + 8 * place),
  );
}

/** The second row of A' m, one column. */
// @ts-ignore: decorator
@inline
function lower(q: usize, place: usize): v128 {
  return f32x4.sub(
    f32x4.sub(v128.load(q + 4 * place), v128.load(q + 8 * place)), v128.load(q + 12 * place),
  );
}

/**
 * The outputs' transform A' m A of one row of tiles, with bias and clamp. `columns` outputs of a
 * row exist, and the second row only if `second`.
 */
function winogradOutputs(
  m: usize, place: usize, columns: i32, outChannels: i32, bias: usize, y: usize, yRow: usize,
  yPixel: usize, second: bool, low: f32, high: f32,
): void {
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);
  const pixel = <usize>outChannels << 2;
  for (let x = 0; x < columns; x += 2) {
    const both = x + 1 < columns;
    for (let c: usize = 0; c < pixel; c += 16) {
      const b = v128.load(bias + c);
      let q = m + c;
      const s0 = upper(q, place);
      const r0 = lower(q, place);
      q += place;
      const s1 = upper(q, place);
      const r1 = lower(q, place);
      q += place;
      const s2 = upper(q, place);
      const r2 = lower(q, place);
      q += place;
      const s3 = upper(q, place);
      const r3 = lower(q, place);
      const top0 = f32x4.add(f32x4.add(f32x4.add(s0, s1), s2), b);
      const top1 = f32x4.add(f32x4.sub(f32x4.sub(s1, s2), s3), b);
      const low0 = f32x4.add(f32x4.add(f32x4.add(r0, r1), r2), b);
      const low1 = f32x4.add(f32x4.sub(f32x4.sub(r1, r2), r3), b);
      const to = y + c;
      v128.store(to, f32x4.pmin(f32x4.pmax(top0, lows), highs));
      if (both) v128.store(to + yPixel, f32x4.pmin(f32x4.pmax(top1, lows), highs));
      if (second) {
        v128.store(to + yRow, f32x4.pmin(f32x4.pmax(low0, lows), highs));
        if (both) v128.store(to + yRow + yPixel, f32x4.pmin(f32x4.pmax(low1, lows), highs));
      }
    }
    m += pixel;
    y += 2 * yPixel;
  }
}

/**
 * y = clamp(bias + x * weights, low, high), 3x3, stride 1; channel counts are multiples of 8.
 *
 * `group` images of `band` rows of tiles are taken at a time; `places` is the distance of the
 * matrices of transformed inputs at `v` and `productPlace` that of the products at `m`.
 */
export function winograd(
  images: i32, inHeight: i32, inWidth: i32, channels: i32, top: i32, left: i32, outHeight: i32,
  outWidth: i32, group: i32, band: i32, x: usize, weights: usize, bias: usize, outChannels: i32,
  y: usize, yImage: usize, yRow: usize, yPixel: usize, low: f32, high: f32, padded: usize,
  v: usize, inputPlace: usize, m: usize, productPlace: usize,
): void {
  const tileRows = (outHeight + 1) >> 1;
  const tileColumns = (outWidth + 1) >> 1;
  const width = 2 * tileColumns + 2;
  const pixel = <usize>channels << 2;
  const outPixel = <usize>outChannels << 2;
  const rowBytes = <usize>width * pixel;
  const xImage = <usize>(inHeight * inWidth) * pixel;
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
          winogradInputs(
            padded + <usize>(2 * row) * rowBytes, rowBytes, tileColumns, channels,
            v + <usize>((i * rows + row) * tileColumns) * pixel, inputPlace,
          );
        }
      }
      products(
        some * rows * tileColumns, channels, outChannels, v, inputPlace, weights, m, productPlace,
      );
      for (let i = 0; i < some; i++) {
        for (let row = 0; row < rows; row++) {
          const oy = 2 * (r + row);
          winogradOutputs(
            m + <usize>((i * rows + row) * tileColumns) * outPixel, productPlace, outWidth,
            outChannels, bias, y + <usize>(n + i) * yImage + <usize>oy * yRow, yRow, yPixel,
            oy + 1 < outHeight, low, high,
          );
        }
      }
    }
  }
}

/** m = v * weights for each of the 16 places; rows are computed 8 at a time, so up to 7 more. */
function products(
  tiles: i32, channels: i32, outChannels: i32, v: usize, inputPlace: usize, weights: usize,
  m: usize, productPlace: usize,
): void {
  const pixel = <usize>channels << 2;
  const outPixel = <usize>outChannels << 2;
  for (let place = 0; place < 16; place++) {
    for (let j = 0; j < outChannels; j += 16) {
      const panel = panelWidth(outChannels - j);
      let a = v;
      let c = m + (<usize>j << 2);
      for (let t = 0; t < tiles; t += 8) {
        if (panel == 16) product8x16(channels, a, pixel, weights, c, outPixel);
        else product8x8(channels, a, pixel, weights, c, outPixel);
        a += 8 * pixel;
        c += 8 * outPixel;
      }
      weights += <usize>panel * pixel;
    }
    v += inputPlace;
    m += productPlace;
  }
}
