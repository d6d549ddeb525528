// Filters of one float32 image [height, width, channels]: torchvision's gaussian_blur, the size of
// Sobel's gradient, noise. Rows are worked on as they lie, with channels between one another, in a
// buffer that has the pixels beyond the edges too: a neighbour is then `channels` numbers away.
import { loadLanes, storeLanes } from "./lanes";
import { madd } from "./simd";

/** Which row or column lies `distance` beyond an edge, mirrored: -1 is 1, `size` is `size` - 2. */
// @ts-ignore: decorator
@inline
function mirrored(index: i32, size: i32): i32 {
  const positive = abs(index);
  return positive < size ? positive : 2 * (size - 1) - positive;
}

/** row = weight * x. */
function scaleRow(x: usize, weight: f32, row: usize, count: i32): void {
  const w = f32x4.splat(weight);
  const blocks = count & ~3;
  for (let i = 0; i < count; i += i < blocks ? 4 : 1) {
    const lanes = i < blocks ? 4 : 1;
    const at = <usize>i << 2;
    storeLanes(row + at, f32x4.mul(loadLanes(x + at, lanes), w), lanes);
  }
}

/** row += weight * (a + b). */
function addRows(a: usize, b: usize, weight: f32, row: usize, count: i32): void {
  const w = f32x4.splat(weight);
  const blocks = count & ~3;
  for (let i = 0; i < count; i += i < blocks ? 4 : 1) {
    const lanes = i < blocks ? 4 : 1;
    const at = <usize>i << 2;
    const pair = f32x4.add(loadLanes(a + at, lanes), loadLanes(b + at, lanes));
    storeLanes(row + at, madd(pair, w, loadLanes(row + at, lanes)), lanes);
  }
}

/**
 * Blurs an image.
 *
 * @param vertical, horizontal Weights of the middle and of each pixel away from it, `…Radius` + 1
 * numbers; a radius is less than the side.
 * @param row (width + 2 * horizontalRadius) * channels numbers of scratch.
 * @param output Not `x`.
 */
export function blurImage(
  x: usize,
  height: i32,
  width: i32,
  channels: i32,
  vertical: usize,
  verticalRadius: i32,
  horizontal: usize,
  horizontalRadius: i32,
  row: usize,
  output: usize,
): void {
  const count = width * channels;
  const rowBytes = <usize>count << 2;
  const pixel = <usize>channels << 2;
  const inner = row + <usize>horizontalRadius * pixel;
  const blocks = count & ~3;
  for (let y = 0; y < height; y++) {
    scaleRow(x + <usize>y * rowBytes, load<f32>(vertical), inner, count);
    for (let distance = 1; distance <= verticalRadius; distance++) {
      addRows(
        x + <usize>mirrored(y - distance, height) * rowBytes,
        x + <usize>mirrored(y + distance, height) * rowBytes,
        load<f32>(vertical + (<usize>distance << 2)),
        inner,
        count,
      );
    }
    for (let distance = 1; distance <= horizontalRadius; distance++) {
      const left = inner - <usize>distance * pixel;
      const right = inner + <usize>(width - 1 + distance) * pixel;
      memory.copy(left, inner + <usize>distance * pixel, pixel);
      memory.copy(right, inner + <usize>(width - 1 - distance) * pixel, pixel);
    }
    for (let i = 0; i < count; i += i < blocks ? 4 : 1) {
      const lanes = i < blocks ? 4 : 1;
      const at = inner + (<usize>i << 2);
      let sum = f32x4.mul(loadLanes(at, lanes), v128.load32_splat(horizontal));
      for (let distance = 1; distance <= horizontalRadius; distance++) {
        const away = <usize>distance * pixel;
        const pair = f32x4.add(loadLanes(at - away, lanes), loadLanes(at + away, lanes));
        sum = madd(pair, v128.load32_splat(horizontal + (<usize>distance << 2)), sum);
      }
      storeLanes(output + (<usize>i << 2), sum, lanes);
    }
    output += rowBytes;
  }
}

/** Repeats the first and last pixel of a row before and after it. */
function repeatEdges(inner: usize, rowBytes: usize, pixel: usize): void {
  memory.copy(inner - pixel, inner, pixel);
  memory.copy(inner + rowBytes, inner + rowBytes - pixel, pixel);
}

/**
 * The size of each value's gradient, √(gx² + gy²) / 4, at most 1; edges are repeated.
 *
 * @param rows 2 * (width + 2) * channels numbers of scratch.
 * @param output Not `x`.
 */
export function sobelImage(
  x: usize,
  height: i32,
  width: i32,
  channels: i32,
  rows: usize,
  output: usize,
): void {
  const count = width * channels;
  const rowBytes = <usize>count << 2;
  const pixel = <usize>channels << 2;
  const sums = rows + pixel;
  const differences = sums + rowBytes + 2 * pixel;
  const blocks = count & ~3;
  const two = f32x4.splat(2);
  for (let y = 0; y < height; y++) {
    const middle = x + <usize>y * rowBytes;
    const upper = y > 0 ? middle - rowBytes : middle;
    const lower = y < height - 1 ? middle + rowBytes : middle;
    for (let i = 0; i < count; i += i < blocks ? 4 : 1) {
      const lanes = i < blocks ? 4 : 1;
      const at = <usize>i << 2;
      const above = loadLanes(upper + at, lanes);
      const below = loadLanes(lower + at, lanes);
      const outer = f32x4.add(above, below);
      storeLanes(sums + at, madd(loadLanes(middle + at, lanes), two, outer), lanes);
      storeLanes(differences + at, f32x4.sub(below, above), lanes);
    }
    repeatEdges(sums, rowBytes, pixel);
    repeatEdges(differences, rowBytes, pixel);
    for (let i = 0; i < count; i += i < blocks ? 4 : 1) {
      const lanes = i < blocks ? 4 : 1;
      const s = sums + (<usize>i << 2);
      const d = differences + (<usize>i << 2);
      const gx = f32x4.sub(loadLanes(s + pixel, lanes), loadLanes(s - pixel, lanes));
      const outer = f32x4.add(loadLanes(d + pixel, lanes), loadLanes(d - pixel, lanes));
      const gy = madd(loadLanes(d, lanes), two, outer);
      const size = f32x4.mul(
        f32x4.sqrt(madd(gx, gx, f32x4.mul(gy, gy))),
        f32x4.splat(0.25),
      );
      storeLanes(output + (<usize>i << 2), f32x4.pmin(size, f32x4.splat(1)), lanes);
    }
    output += rowBytes;
  }
}

/** output = clip(x + sigma * noise) * scale + bias; a sigma of 0 reads no noise and clips nothing. */
export function finishImage(
  x: usize,
  count: i32,
  noise: usize,
  sigma: f32,
  scale: f32,
  bias: f32,
  output: usize,
): void {
  const blocks = count & ~3;
  const s = f32x4.splat(sigma);
  const m = f32x4.splat(scale);
  const c = f32x4.splat(bias);
  for (let i = 0; i < count; i += i < blocks ? 4 : 1) {
    const lanes = i < blocks ? 4 : 1;
    const at = <usize>i << 2;
    let value = loadLanes(x + at, lanes);
    if (sigma != 0) {
      value = madd(loadLanes(noise + at, lanes), s, value);
      value = f32x4.pmin(f32x4.pmax(value, f32x4.splat(0)), f32x4.splat(1));
    }
    storeLanes(output + at, madd(value, m, c), lanes);
  }
}
