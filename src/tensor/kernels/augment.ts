/**
 * AugmentImages: views of uint8 images as normalised float32, in one pass a sample.
 *
 * Batch and parameters are copied into the heap once; the views are written straight into the
 * tensor. The sources are `assembly/augment.ts` and `assembly/augment_colour.ts`.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { emscriptenModule, makeOutput, withScratch } from "../wasm_heap.ts";
import { kernel } from "./module.ts";

/** The name under which a backend may have this kernel. */
export const AugmentImages = "AugmentImages";

/** What the kernel is given; it has no input tensors. */
export interface AugmentImagesAttrs {
  /** [images, height, width, channels]. */
  pixels: Uint8Array;
  /** [images * views, 16], laid out as `src/data/augment/parameters.ts` says. */
  parameters: Float32Array;
  images: number;
  views: number;
  height: number;
  width: number;
  channels: 1 | 3;
  /** A value x in 0..1 becomes (x - mean) / standardDeviation. */
  mean: number;
  standardDeviation: number;
}

/** Space between the parts of the scratch memory: the kernel reads some bytes past the pixels. */
const SLACK = 64;

function align(bytes: number): number {
  return Math.ceil((bytes + SLACK) / 16) * 16;
}

function augmentImages(attrs: AugmentImagesAttrs, backend: BackendWasm): tf.TensorInfo {
  const { pixels, parameters, images, views, height, width, channels } = attrs;
  const pixelBytes = align(pixels.length);
  const parameterBytes = align(parameters.byteLength);
  const kernelBytes = kernel("augmentScratchBytes")(height, width, channels);
  return withScratch(backend, pixelBytes + parameterBytes + kernelBytes, (scratch) => {
    const { tensor, address } = makeOutput(backend, [images * views, height, width, channels]);
    // Taken only now: the memory may have grown.
    const heap = emscriptenModule(backend).HEAPU8;
    heap.set(pixels, scratch);
    new Float32Array(heap.buffer, scratch + pixelBytes, parameters.length).set(parameters);
    kernel("augmentImages")(
      scratch,
      scratch + pixelBytes,
      images,
      views,
      height,
      width,
      channels,
      address,
      1 / attrs.standardDeviation,
      -attrs.mean / attrs.standardDeviation,
      scratch + pixelBytes + parameterBytes,
    );
    return tensor;
  });
}

/** The kernel on WASM. */
export const augmentImagesConfig: tf.KernelConfig = {
  kernelName: AugmentImages,
  backendName: "wasm",
  kernelFunc: ({ attrs, backend }) =>
    augmentImages(attrs as unknown as AugmentImagesAttrs, backend as BackendWasm),
};
