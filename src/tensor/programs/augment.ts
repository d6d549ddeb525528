/**
 * AugmentImages: views of uint8 images as normalised float32, one dispatch.
 *
 * The bytes go to the GPU as they are, four to a word. A workgroup makes a view. A pixel is a
 * function of the image and the view's parameters alone, but for the mean luma that contrast is
 * about: so that is summed first, over all pixels as they are by then, and each pixel is computed
 * again with it known. Nothing is kept between, and an image can be of any size.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { AugmentImages, type AugmentImagesAttrs } from "../kernels/augment.ts";
import { augmentColours } from "./augment_colours.ts";
import { makeOutput } from "./make_output.ts";
import { type Groups, type Program, runProgram } from "./run_program.ts";

/** Invocations of a workgroup: the most that every device allows. */
const SIZE = 256;

/** Workgroups along one axis that every device allows. */
const MOST_GROUPS = 65535;

const program = (channels: 1 | 3): Program => ({
  name: `${AugmentImages} of ${channels}`,
  outputs: { result: "f32" },
  inputs: { pixels: "u32", parameters: "f32" },
  uniforms: {
    rows: "u32",
    views: "u32",
    rowLength: "u32",
    height: "u32",
    width: "u32",
    scale: "f32",
    bias: "f32",
  },
  code: () => `
${augmentColours(channels)}

/** A channel of a pixel of the batch, 0 to 255. */
fn byteAt(pixel: u32, channel: u32) -> f32 {
  let at = pixel * ${channels}u + channel;
  return f32((pixels[at >> 2u] >> ((at & 3u) * 8u)) & 0xffu);
}

fn pixelAt(pixel: u32) -> vec3<f32> {
  ${
    channels === 1
      ? "return vec3<f32>(byteAt(pixel, 0u));"
      : "return vec3<f32>(byteAt(pixel, 0u), byteAt(pixel, 1u), byteAt(pixel, 2u));"
  }
}

/** Between which two pixels of a crop one of the output lies, and how near it is to the second. */
struct Between { low: u32, high: u32, weight: f32 }

/** In whole numbers: the position is (2 index + 1) crop / 2 size - 1 / 2. */
fn between(index: u32, size: u32, crop: u32) -> Between {
  let doubled = (2u * index + 1u) * crop;
  let numerator = select(0u, doubled - size, doubled > size);
  let low = min(numerator / (2u * size), crop - 1u);
  return Between(
    low,
    min(low + 1u, crop - 1u),
    f32(numerator - low * 2u * size) / f32(2u * size),
  );
}

/** The pixel of a view after crop, resizing and mirroring, 0 to 1. */
fn resampled(row: u32, y: u32, x: u32) -> vec3<f32> {
  let at = row * u.rowLength;
  let column = select(x, u.width - 1u - x, parameters[at + 4u] != 0.0);
  let vertical = between(y, u.height, u32(parameters[at + 2u]));
  let horizontal = between(column, u.width, u32(parameters[at + 3u]));
  let start = row / u.views * u.height + u32(parameters[at]);
  let left = u32(parameters[at + 1u]);
  let upper = (start + vertical.low) * u.width + left;
  let lower = (start + vertical.high) * u.width + left;
  let west = mix(
    pixelAt(upper + horizontal.low),
    pixelAt(lower + horizontal.low),
    vertical.weight,
  );
  let east = mix(
    pixelAt(upper + horizontal.high),
    pixelAt(lower + horizontal.high),
    vertical.weight,
  );
  return mix(west, east, horizontal.weight) / 255.0;
}

/** Which pixel goes to a place of the view, after the quarter turns. */
fn turned(turns: u32, y: u32, x: u32) -> vec2<u32> {
  switch turns {
    case 1u: { return vec2<u32>(x, u.width - 1u - y); }
    case 2u: { return vec2<u32>(u.height - 1u - y, u.width - 1u - x); }
    case 3u: { return vec2<u32>(u.height - 1u - x, y); }
    default: { return vec2<u32>(y, x); }
  }
}

var<workgroup> sums: array<f32, ${SIZE}>;

@compute @workgroup_size(${SIZE})
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  // The last workgroups of a batch that is laid out in two axes have no view of their own; they do
  // the last one's sums and write nothing, since all of a workgroup must meet at its barriers.
  let own = group.y * groups.x + group.x;
  let row = min(own, u.rows - 1u);
  let size = u.height * u.width;
  var sum = 0.0;
  if (hasContrast(row)) {
    for (var i = local; i < size; i += ${SIZE}u) {
      sum += luma(beforeContrast(row, resampled(row, i / u.width, i % u.width)));
    }
  }
  sums[local] = sum;
  for (var step = ${SIZE / 2}u; step > 0u; step /= 2u) {
    workgroupBarrier();
    if (local < step) { sums[local] += sums[local + step]; }
  }
  workgroupBarrier();
  let mean = sums[0] / f32(size);
  let turns = u32(parameters[row * u.rowLength + 14u]);
  for (var i = local; i < size && own == row; i += ${SIZE}u) {
    let source = turned(turns, i / u.width, i % u.width);
    let colour = coloured(row, resampled(row, source.x, source.y), mean) * u.scale + u.bias;
    let at = (row * size + i) * ${channels}u;
    result[at] = colour.x;
    ${channels === 3 ? "result[at + 1u] = colour.y;\n    result[at + 2u] = colour.z;" : ""}
  }
}`,
});

/** Bytes as the words that the GPU reads, in its order: the first is the lowest. */
function toWords(bytes: Uint8Array): Int32Array {
  const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  padded.set(bytes);
  return new Int32Array(padded.buffer);
}

function augmentImages(attrs: AugmentImagesAttrs, backend: WebGPUBackend): tf.TensorInfo {
  const { images, views, height, width, channels, mean, standardDeviation } = attrs;
  const rows = images * views;
  const words = toWords(attrs.pixels);
  const pixels = backend.makeTensorInfo([words.length], "int32", words);
  const rowLength = attrs.parameters.length / rows;
  const parameters = backend.makeTensorInfo([rows, rowLength], "float32", attrs.parameters);
  const result = makeOutput(backend, [rows, height, width, channels]);
  const x = Math.min(rows, MOST_GROUPS);
  const groups: Groups = [x, Math.ceil(rows / x), 1];
  runProgram(
    backend,
    program(channels),
    { result, pixels, parameters },
    {
      rows,
      views,
      rowLength,
      height,
      width,
      scale: 1 / standardDeviation,
      bias: -mean / standardDeviation,
    },
    groups,
  );
  backend.disposeData(pixels.dataId);
  backend.disposeData(parameters.dataId);
  return result;
}

/** The kernel on WebGPU. */
export const augmentImagesConfig: tf.KernelConfig = {
  kernelName: AugmentImages,
  backendName: "webgpu",
  kernelFunc: ({ attrs, backend }) =>
    augmentImages(attrs as unknown as AugmentImagesAttrs, backend as WebGPUBackend),
};
