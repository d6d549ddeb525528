// Colours of one sample that lies in planes of float32 in 0..1: torchvision's adjust_brightness,
// adjust_contrast, adjust_saturation, adjust_hue and rgb_to_grayscale. Planes are padded with zeros
// to a multiple of 4 pixels, so that every loop is whole vectors.
import { madd } from "./simd";

// Byte offsets of a row of parameters; `src/data/augment/parameters.ts` is where they are described.
const ORDER: usize = 20;
const BRIGHTNESS: usize = 36;
const CONTRAST: usize = 40;
const SATURATION: usize = 44;
const HUE: usize = 48;

// @ts-ignore: decorator
@inline
function clip(x: v128): v128 {
  return f32x4.pmin(f32x4.pmax(x, f32x4.splat(0)), f32x4.splat(1));
}

/** Luma with torchvision's weights. */
// @ts-ignore: decorator
@inline
function luma(r: v128, g: v128, b: v128): v128 {
  return madd(
    r,
    f32x4.splat(0.2989),
    madd(g, f32x4.splat(0.587), f32x4.mul(b, f32x4.splat(0.114))),
  );
}

// @ts-ignore: decorator
@inline
function paddedBytes(pixels: i32): usize {
  return <usize>((pixels + 3) & ~3) << 2;
}

/** Sets what lies between a plane's last pixel and its last whole vector to zero. */
export function clearPadding(planes: usize, stride: usize, pixels: i32, channels: i32): void {
  for (let channel = 0; channel < channels; channel++) {
    const plane = planes + <usize>channel * stride;
    const end = plane + paddedBytes(pixels);
    for (let at = plane + (<usize>pixels << 2); at < end; at += 4) store<f32>(at, 0);
  }
}

/** x = clip(factor * x + shift). */
function blendPlane(plane: usize, pixels: i32, factor: f32, shift: f32): void {
  const f = f32x4.splat(factor);
  const s = f32x4.splat(shift);
  for (const end = plane + paddedBytes(pixels); plane < end; plane += 16) {
    v128.store(plane, clip(madd(v128.load(plane), f, s)));
  }
}

/** Mean of the luma. Lanes are summed in float32 over a few hundred pixels at most, then in float64. */
function meanLuma(planes: usize, stride: usize, pixels: i32, channels: i32): f32 {
  const end = planes + paddedBytes(pixels);
  let total: f64 = 0;
  while (planes < end) {
    const stop = min<usize>(planes + 1024, end);
    let sum = f32x4.splat(0);
    for (; planes < stop; planes += 16) {
      const first = v128.load(planes);
      sum = f32x4.add(
        sum,
        channels == 1
          ? first
          : luma(first, v128.load(planes + stride), v128.load(planes + 2 * stride)),
      );
    }
    total += <f64>f32x4.extract_lane(sum, 0) + <f64>f32x4.extract_lane(sum, 1) +
      <f64>f32x4.extract_lane(sum, 2) + <f64>f32x4.extract_lane(sum, 3);
  }
  return <f32>(total / <f64>pixels);
}

/** x = clip(factor * x + (1 - factor) * luma). */
function saturatePlanes(planes: usize, stride: usize, pixels: i32, factor: f32): void {
  const f = f32x4.splat(factor);
  const rest = f32x4.splat(1 - factor);
  for (const end = planes + paddedBytes(pixels); planes < end; planes += 16) {
    const r = v128.load(planes);
    const g = v128.load(planes + stride);
    const b = v128.load(planes + 2 * stride);
    const grey = f32x4.mul(luma(r, g, b), rest);
    v128.store(planes, clip(madd(r, f, grey)));
    v128.store(planes + stride, clip(madd(g, f, grey)));
    v128.store(planes + 2 * stride, clip(madd(b, f, grey)));
  }
}

/**
 * One channel of HSV back in RGB: value - chroma * t, where t goes 0, 1, 1, 1, 0, 0 with a slope
 * between, over the six sextants from where the channel is at its largest.
 */
// @ts-ignore: decorator
@inline
function channelOfHue(value: v128, chroma: v128, hue: v128, offset: f32): v128 {
  const k = f32x4.add(hue, f32x4.splat(offset));
  const turns = f32x4.floor(f32x4.mul(k, f32x4.splat(1.0 / 6.0)));
  const sextant = f32x4.sub(k, f32x4.mul(turns, f32x4.splat(6)));
  const t = clip(f32x4.pmin(sextant, f32x4.sub(f32x4.splat(4), sextant)));
  return clip(f32x4.sub(value, f32x4.mul(chroma, t)));
}

/** Turns the hue by `shift` turns at the same saturation and value. */
function shiftHue(planes: usize, stride: usize, pixels: i32, shift: f32): void {
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  const sextants = f32x4.splat(6 * shift);
  for (const end = planes + paddedBytes(pixels); planes < end; planes += 16) {
    const r = v128.load(planes);
    const g = v128.load(planes + stride);
    const b = v128.load(planes + 2 * stride);
    const value = f32x4.pmax(f32x4.pmax(r, g), b);
    const chroma = f32x4.sub(value, f32x4.pmin(f32x4.pmin(r, g), b));
    // Grey has no hue: with a chroma of 0 any will do, as long as it is a number.
    const divisor = v128.bitselect(one, chroma, f32x4.eq(chroma, zero));
    const isRed = f32x4.eq(value, r);
    const isGreen = f32x4.eq(value, g);
    const from = v128.bitselect(f32x4.sub(b, r), f32x4.sub(r, g), isGreen);
    const base = v128.bitselect(f32x4.splat(2), f32x4.splat(4), isGreen);
    const difference = v128.bitselect(f32x4.sub(g, b), from, isRed);
    const hue = f32x4.add(
      f32x4.add(v128.bitselect(zero, base, isRed), sextants),
      f32x4.div(difference, divisor),
    );
    v128.store(planes, channelOfHue(value, chroma, hue, 5));
    v128.store(planes + stride, channelOfHue(value, chroma, hue, 3));
    v128.store(planes + 2 * stride, channelOfHue(value, chroma, hue, 1));
  }
}

/** Does what the row's four `order` fields say, one after another. */
export function jitterPlanes(
  parameters: usize,
  planes: usize,
  stride: usize,
  pixels: i32,
  channels: i32,
): void {
  for (let position: usize = 0; position < 16; position += 4) {
    const operation = <i32>load<f32>(parameters + position, ORDER);
    if (operation == 0) continue;
    if (operation == 1 || operation == 2) {
      const contrast = operation == 2;
      const factor = load<f32>(parameters + (contrast ? CONTRAST : BRIGHTNESS));
      const shift: f32 = contrast
        ? (1 - factor) * meanLuma(planes, stride, pixels, channels)
        : 0;
      for (let channel = 0; channel < channels; channel++) {
        blendPlane(planes + <usize>channel * stride, pixels, factor, shift);
      }
    } else if (channels == 3) {
      if (operation == 3) {
        saturatePlanes(planes, stride, pixels, load<f32>(parameters, SATURATION));
      } else {
        shiftHue(planes, stride, pixels, load<f32>(parameters, HUE));
      }
    }
  }
}

/** Replaces each channel by the luma. */
export function greyPlanes(planes: usize, stride: usize, pixels: i32): void {
  for (const end = planes + paddedBytes(pixels); planes < end; planes += 16) {
    const grey = luma(
      v128.load(planes),
      v128.load(planes + stride),
      v128.load(planes + 2 * stride),
    );
    v128.store(planes, grey);
    v128.store(planes + stride, grey);
    v128.store(planes + 2 * stride, grey);
  }
}
