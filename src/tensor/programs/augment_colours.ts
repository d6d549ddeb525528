/**
 * Colours of one pixel in 0..1: torchvision's adjust_brightness, adjust_contrast,
 * adjust_saturation, adjust_hue and rgb_to_grayscale, as the WASM kernel has them.
 *
 * @module
 */

/**
 * WGSL functions of `augment.ts`. The fields of a row of `parameters` are described in
 * `src/data/augment/parameters.ts`: the order of the jitter's steps from 5, factors from 9, grey 13.
 */
export function augmentColours(channels: 1 | 3): string {
  const coloured = channels === 3;
  return `
/** Luma with torchvision's weights. */
fn luma(colour: vec3<f32>) -> f32 {
  return ${coloured ? "dot(colour, vec3<f32>(0.2989, 0.587, 0.114))" : "colour.x"};
}

fn clip(colour: vec3<f32>) -> vec3<f32> {
  return clamp(colour, vec3<f32>(0.0), vec3<f32>(1.0));
}

/**
 * Turns the hue at the same saturation and value. A channel is value - chroma * t, where t goes 0,
 * 1, 1, 1, 0, 0 with a slope between, over the six sextants from where the channel is largest.
 */
fn shiftHue(colour: vec3<f32>, shift: f32) -> vec3<f32> {
  let value = max(max(colour.x, colour.y), colour.z);
  let chroma = value - min(min(colour.x, colour.y), colour.z);
  // Grey has no hue: with a chroma of 0 any will do, as long as it is a number.
  let divisor = select(chroma, 1.0, chroma == 0.0);
  var hue = 4.0 + (colour.x - colour.y) / divisor;
  if (value == colour.y) { hue = 2.0 + (colour.z - colour.x) / divisor; }
  if (value == colour.x) { hue = (colour.y - colour.z) / divisor; }
  let k = vec3<f32>(hue + 6.0 * shift) + vec3<f32>(5.0, 3.0, 1.0);
  let sextant = k - 6.0 * floor(k / 6.0);
  return clip(vec3<f32>(value) - chroma * clip(min(sextant, vec3<f32>(4.0) - sextant)));
}

/** One step of the jitter. */
fn jitter(row: u32, operation: u32, colour: vec3<f32>, mean: f32) -> vec3<f32> {
  let at = row * u.rowLength;
  switch operation {
    case 1u: { return clip(colour * parameters[at + 9u]); }
    case 2u: {
      let factor = parameters[at + 10u];
      return clip(factor * colour + vec3<f32>((1.0 - factor) * mean));
    }
    ${
    coloured
      ? `case 3u: {
      let factor = parameters[at + 11u];
      return clip(factor * colour + vec3<f32>((1.0 - factor) * luma(colour)));
    }
    case 4u: { return shiftHue(colour, parameters[at + 12u]); }`
      : ""
  }
    default: { return colour; }
  }
}

fn operationAt(row: u32, position: u32) -> u32 {
  return u32(parameters[row * u.rowLength + 5u + position]);
}

fn hasContrast(row: u32) -> bool {
  for (var position = 0u; position < 4u; position++) {
    if (operationAt(row, position) == 2u) { return true; }
  }
  return false;
}

/** A pixel as it is when contrast's turn comes. */
fn beforeContrast(row: u32, start: vec3<f32>) -> vec3<f32> {
  var colour = start;
  for (var position = 0u; position < 4u; position++) {
    let operation = operationAt(row, position);
    if (operation == 2u) { return colour; }
    colour = jitter(row, operation, colour, 0.0);
  }
  return colour;
}

/** A pixel after jitter and grey. */
fn coloured(row: u32, start: vec3<f32>, mean: f32) -> vec3<f32> {
  var colour = start;
  for (var position = 0u; position < 4u; position++) {
    colour = jitter(row, operationAt(row, position), colour, mean);
  }
  ${
    coloured
      ? "if (parameters[row * u.rowLength + 13u] != 0.0) { colour = vec3<f32>(luma(colour)); }"
      : ""
  }
  return colour;
}`;
}
