/**
 * FilterImages: blur, Sobel, noise, normalisation and cutout, image by image, so that each is read
 * once and stays in the cache. The source is `assembly/filters.ts`.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { addressOf, cacheLines, emscriptenModule, makeOutput, withScratch } from "../wasm_heap.ts";
import { kernelInputs, shape4 } from "./kernel_inputs.ts";
import { kernel } from "./module.ts";

/** The name under which a backend may have this kernel. */
export const FilterImages = "FilterImages";

/** What is done to one image, in this order. */
export interface ImageFilters {
  /** Weights of the middle pixel and of those away from it, for either axis; fewer than the side. */
  blur: { vertical: readonly number[]; horizontal: readonly number[] } | null;
  sobel: boolean;
  /** Writes normal numbers, one a value. */
  noise: { sigma: number; fill(values: Float32Array): void } | null;
  /** Becomes 0 after the normalisation. */
  hole: { top: number; left: number; height: number; width: number } | null;
}

/** What the kernel is given beside its input `x`, float32 [n, h, w, c] in 0..1. */
export interface FilterImagesAttrs {
  /** One an image. */
  filters: readonly ImageFilters[];
  /** A value x becomes (x - mean) / standardDeviation. */
  mean: number;
  standardDeviation: number;
}

/** Bytes of a float32. */
const FLOAT = 4;

function filterImages(
  x: tf.TensorInfo,
  { filters, mean, standardDeviation }: FilterImagesAttrs,
  backend: BackendWasm,
): tf.TensorInfo {
  const [, height, width, channels] = shape4(x);
  const count = height * width * channels;
  const image = cacheLines(count * FLOAT);
  const weights = cacheLines(Math.max(height, width) * FLOAT);
  // The padded rows: a radius is less than a side.
  const rows = 3 * cacheLines((width + 2) * channels * FLOAT);
  return withScratch(backend, 3 * image + 2 * weights + rows, (scratch) => {
    const { tensor, address } = makeOutput(backend, x.shape);
    // Taken only now: the memory may have grown.
    const { buffer } = emscriptenModule(backend).HEAPU8;
    const blurred = scratch;
    const edges = blurred + image;
    const noise = edges + image;
    const vertical = noise + image;
    const horizontal = vertical + weights;
    const row = horizontal + weights;
    const write = (at: number, values: readonly number[]) =>
      new Float32Array(buffer, at, values.length).set(values);
    filters.forEach((filter, i) => {
      let source = addressOf(backend, x) + i * count * FLOAT;
      const output = address + i * count * FLOAT;
      if (filter.blur !== null) {
        write(vertical, filter.blur.vertical);
        write(horizontal, filter.blur.horizontal);
        kernel("blurImage")(
          ...[source, height, width, channels],
          ...[vertical, filter.blur.vertical.length - 1],
          ...[horizontal, filter.blur.horizontal.length - 1],
          row,
          blurred,
        );
        source = blurred;
      }
      if (filter.sobel) {
        kernel("sobelImage")(source, height, width, channels, row, edges);
        source = edges;
      }
      filter.noise?.fill(new Float32Array(buffer, noise, count));
      kernel("finishImage")(
        ...[source, count, noise, filter.noise?.sigma ?? 0],
        ...[1 / standardDeviation, -mean / standardDeviation, output],
      );
      if (filter.hole === null) return;
      const { top, left } = filter.hole;
      for (let y = top; y < top + filter.hole.height; y++) {
        const start = output + (y * width + left) * channels * FLOAT;
        new Float32Array(buffer, start, filter.hole.width * channels).fill(0);
      }
    });
    return tensor;
  });
}

/** The kernel on WASM. */
export const filterImagesConfig: tf.KernelConfig = {
  kernelName: FilterImages,
  backendName: "wasm",
  kernelFunc: ({ inputs, attrs, backend }) =>
    filterImages(
      kernelInputs(inputs, "x").x,
      attrs as unknown as FilterImagesAttrs,
      backend as BackendWasm,
    ),
};
