// Views of images, from uint8 to normalised float32 in one pass a sample: crop, resize, flip, colour
// jitter, grey, quarter turns, normalisation. A sample stays in the cache from its first byte read
// to its last number written, and is planar in between, so that colours are computed four pixels at
// a time.
import { madd } from "./simd";
import { clearPadding, greyPlanes, jitterPlanes } from "./augment_colour";

// Byte offsets of a row of parameters; `src/data/augment/parameters.ts` is where they are described.
const ROW: usize = 64;
const TOP: usize = 0;
const LEFT: usize = 4;
const HEIGHT: usize = 8;
const WIDTH: usize = 12;
const FLIP: usize = 16;
const GREY: usize = 52;
const TURNS: usize = 56;

// @ts-ignore: decorator
@inline
function roundUp4(count: i32): i32 {
  return (count + 3) & ~3;
}

/** Floats from one plane to the next: the last store of a row may run over by up to 3. */
// @ts-ignore: decorator
@inline
function planeStride(pixels: i32): i32 {
  return roundUp4(pixels) + 4;
}

/** Bytes of the tables of columns, of one row of the crop, and of the planes. */
export function augmentScratchBytes(height: i32, width: i32, channels: i32): i32 {
  const tables = 3 * roundUp4(width);
  const row = roundUp4(width * channels) + 8;
  return (tables + row + channels * planeStride(height * width)) << 2;
}

/** Which two neighbours a sample of the output lies between (in pixels of the crop), and where. */
// @ts-ignore: decorator
@inline
function sourcePosition(index: i32, size: i32, cropSize: i32): f64 {
  const position = (<f64>index + 0.5) * (<f64>cropSize / <f64>size) - 0.5;
  return max<f64>(0, position);
}

/** Fills the tables of byte offsets of the left and right neighbour, and of the right one's weight. */
function fillColumns(
  tables: usize,
  width: i32,
  cropWidth: i32,
  channels: i32,
  flip: bool,
): void {
  const padded = roundUp4(width);
  const right = tables + (<usize>padded << 2);
  const weights = right + (<usize>padded << 2);
  for (let x = 0; x < padded; x++) {
    // Columns beyond the width are computed and thrown away; they must only be readable.
    const column = x < width ? (flip ? width - 1 - x : x) : 0;
    const position = sourcePosition(column, width, cropWidth);
    const from = min<i32>(<i32>position, cropWidth - 1);
    const to = min<i32>(from + 1, cropWidth - 1);
    const at = <usize>x << 2;
    store<i32>(tables + at, (from * channels) << 2);
    store<i32>(right + at, (to * channels) << 2);
    store<f32>(weights + at, <f32>(position - <f64>from));
  }
}

/** row = upper + weight * (lower - upper), from bytes; up to 7 beyond `count` are read and written. */
function blendRows(upper: usize, lower: usize, weight: f32, row: usize, count: i32): void {
  const w = f32x4.splat(weight);
  for (let i = 0; i < count; i += 8) {
    const a = v128.load_ext<u8>(upper);
    const b = v128.load_ext<u8>(lower);
    const a0 = f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(a));
    const a1 = f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(a));
    const b0 = f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(b));
    const b1 = f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(b));
    v128.store(row, madd(f32x4.sub(b0, a0), w, a0));
    v128.store(row, madd(f32x4.sub(b1, a1), w, a1), 16);
    upper += 8;
    lower += 8;
    row += 32;
  }
}

/** The pixel between two neighbours of a row; a fourth lane of RGB is whatever came next. */
// @ts-ignore: decorator
@inline
function blendPixels(row: usize, tables: usize, right: usize, weights: usize): v128 {
  const a = v128.load(row + <usize>load<i32>(tables));
  const b = v128.load(row + <usize>load<i32>(right));
  return madd(f32x4.sub(b, a), v128.load_splat<f32>(weights), a);
}

/** Resamples one row into the three planes. */
function resampleRgb(row: usize, tables: usize, plane: usize, stride: usize, width: i32): void {
  const bytes = <usize>roundUp4(width) << 2;
  const end = tables + bytes;
  const full = f32x4.splat(255);
  for (; tables < end; tables += 16) {
    const right = tables + bytes;
    const weights = right + bytes;
    const p0 = blendPixels(row, tables, right, weights);
    const p1 = blendPixels(row, tables + 4, right + 4, weights + 4);
    const p2 = blendPixels(row, tables + 8, right + 8, weights + 8);
    const p3 = blendPixels(row, tables + 12, right + 12, weights + 12);
    const rg0 = v128.shuffle<f32>(p0, p1, 0, 4, 1, 5);
    const rg1 = v128.shuffle<f32>(p2, p3, 0, 4, 1, 5);
    const b0 = v128.shuffle<f32>(p0, p1, 2, 6, 2, 6);
    const b1 = v128.shuffle<f32>(p2, p3, 2, 6, 2, 6);
    v128.store(plane, f32x4.div(v128.shuffle<f32>(rg0, rg1, 0, 1, 4, 5), full));
    v128.store(plane + stride, f32x4.div(v128.shuffle<f32>(rg0, rg1, 2, 3, 6, 7), full));
    v128.store(plane + 2 * stride, f32x4.div(v128.shuffle<f32>(b0, b1, 0, 1, 4, 5), full));
    plane += 16;
  }
}

/** Resamples one row into the one plane. */
function resampleGrey(row: usize, tables: usize, plane: usize, width: i32): void {
  const bytes = <usize>roundUp4(width) << 2;
  for (let x = 0; x < width; x++) {
    const a = load<f32>(row + <usize>load<i32>(tables));
    const b = load<f32>(row + <usize>load<i32>(tables + bytes));
    store<f32>(plane, (a + (b - a) * load<f32>(tables + 2 * bytes)) / 255);
    tables += 4;
    plane += 4;
  }
}

/** Writes the planes as they are: normalised, channels last. */
function writeUpright(
  plane: usize,
  stride: usize,
  pixels: i32,
  channels: i32,
  output: usize,
  scale: f32,
  bias: f32,
): void {
  const m = f32x4.splat(scale);
  const c = f32x4.splat(bias);
  const blocks = pixels & ~3;
  let i = 0;
  if (channels == 1) {
    for (; i < blocks; i += 4) {
      v128.store(output, madd(v128.load(plane), m, c));
      plane += 16;
      output += 16;
    }
  } else {
    for (; i < blocks; i += 4) {
      const r = madd(v128.load(plane), m, c);
      const g = madd(v128.load(plane + stride), m, c);
      const b = madd(v128.load(plane + 2 * stride), m, c);
      const rg0 = v128.shuffle<f32>(r, g, 0, 4, 1, 5);
      const rg1 = v128.shuffle<f32>(r, g, 2, 6, 3, 7);
      const gb = v128.shuffle<f32>(g, b, 1, 5, 1, 5);
      v128.store(output, v128.shuffle<f32>(rg0, b, 0, 1, 4, 2));
      v128.store(output, v128.shuffle<f32>(gb, rg1, 0, 1, 4, 5), 16);
      v128.store(output, v128.shuffle<f32>(b, rg1, 2, 6, 7, 3), 32);
      plane += 16;
      output += 48;
    }
  }
  for (; i < pixels; i++) {
    for (let channel = 0; channel < channels; channel++) {
      store<f32>(output, load<f32>(plane + <usize>channel * stride) * scale + bias);
      output += 4;
    }
    plane += 4;
  }
}

/** Writes the planes turned counter-clockwise by 1, 2 or 3 quarters: the same, in another order. */
function writeTurned(
  turns: i32,
  plane: usize,
  stride: usize,
  height: i32,
  width: i32,
  channels: i32,
  output: usize,
  scale: f32,
  bias: f32,
): void {
  // Where the output's first pixel lies in the plane, and how far its next row and column are.
  const start = turns == 1 ? width - 1 : turns == 2 ? height * width - 1 : (height - 1) * width;
  const down = turns == 1 ? -1 : turns == 2 ? -width : 1;
  const across = turns == 1 ? width : turns == 2 ? -1 : -width;
  for (let y = 0; y < height; y++) {
    let at = start + y * down;
    for (let x = 0; x < width; x++) {
      let source = plane + (<usize>at << 2);
      for (let channel = 0; channel < channels; channel++) {
        store<f32>(output, load<f32>(source) * scale + bias);
        source += stride;
        output += 4;
      }
      at += across;
    }
  }
}

/**
 * Makes `views` views of each of `images` images.
 *
 * @param pixels uint8 [images, height, width, channels], channels 1 or 3; 8 bytes after the last
 * must be readable.
 * @param parameters float32 [images * views, 16].
 * @param output float32 [images * views, height, width, channels].
 * @param scale, bias What becomes of a value x in 0..1: x * scale + bias.
 * @param scratch `augmentScratchBytes` bytes.
 */
export function augmentImages(
  pixels: usize,
  parameters: usize,
  images: i32,
  views: i32,
  height: i32,
  width: i32,
  channels: i32,
  output: usize,
  scale: f32,
  bias: f32,
  scratch: usize,
): void {
  const size = height * width;
  const tables = scratch;
  const row = tables + (<usize>(3 * roundUp4(width)) << 2);
  const planes = row + (<usize>(roundUp4(width * channels) + 8) << 2);
  const stride = <usize>planeStride(size) << 2;
  const rowBytes = <usize>(width * channels);
  for (let image = 0; image < images; image++) {
    for (let view = 0; view < views; view++) {
      const cropHeight = <i32>load<f32>(parameters, HEIGHT);
      const cropWidth = <i32>load<f32>(parameters, WIDTH);
      const corner = pixels + <usize>(<i32>load<f32>(parameters, TOP)) * rowBytes +
        <usize>(<i32>load<f32>(parameters, LEFT) * channels);
      fillColumns(tables, width, cropWidth, channels, load<f32>(parameters, FLIP) != 0);
      let plane = planes;
      for (let y = 0; y < height; y++) {
        const position = sourcePosition(y, height, cropHeight);
        const from = min<i32>(<i32>position, cropHeight - 1);
        const to = min<i32>(from + 1, cropHeight - 1);
        blendRows(
          corner + <usize>from * rowBytes,
          corner + <usize>to * rowBytes,
          <f32>(position - <f64>from),
          row,
          cropWidth * channels,
        );
        if (channels == 1) resampleGrey(row, tables, plane, width);
        else resampleRgb(row, tables, plane, stride, width);
        plane += <usize>width << 2;
      }
      clearPadding(planes, stride, size, channels);
      jitterPlanes(parameters, planes, stride, size, channels);
      if (channels == 3 && load<f32>(parameters, GREY) != 0) greyPlanes(planes, stride, size);
      const turns = <i32>load<f32>(parameters, TURNS);
      if (turns == 0) writeUpright(planes, stride, size, channels, output, scale, bias);
      else writeTurned(turns, planes, stride, height, width, channels, output, scale, bias);
      output += <usize>(size * channels) << 2;
      parameters += ROW;
    }
    pixels += <usize>size * <usize>channels;
  }
}
