/**
 * A convolution's weights in the forms that the kernels read: panels for the direct way, transformed
 * ones for Winograd's. Made anew at each call while weights learn, kept where they do not.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { addressOf, cacheLines, withScratch } from "../wasm_heap.ts";
import { shape4 } from "./kernel_inputs.ts";
import { kernel } from "./module.ts";
import type { WinogradTile } from "./winograd_tiles.ts";

/** Panels of channels (`assembly/conv_pack.ts`), or the matrices of one of Winograd's tiles. */
export type FilterForm = "panels" | WinogradTile;

/** Weights [taps, channels, outChannels], and how their panels are written. */
export interface FilterSource {
  taps: number;
  channels: number;
  outChannels: number;
  /** Writes the panels at an address. */
  pack(packed: number): void;
}

/** A filter bank [height, width, channels, outChannels] as it is. */
export function filterSource(backend: BackendWasm, filter: tf.TensorInfo): FilterSource {
  const [height, width, channels, outChannels] = shape4(filter);
  const taps = height * width;
  return {
    taps,
    channels,
    outChannels,
    pack: (packed) =>
      void kernel("convPack")(addressOf(backend, filter), taps * channels, outChannels, packed),
  };
}

/** Weights that can be had in any form. */
export interface Filters {
  /** Calls `work` with the address of a form; it stays valid for the call. */
  read(form: FilterForm, work: (address: number) => void): void;
}

function bytesOf({ taps, channels, outChannels }: FilterSource, form: FilterForm): number {
  return form === "panels"
    ? taps * channels * Math.ceil(outChannels / 8) * 8 * 4
    : form.weights ** 2 * channels * outChannels * 4;
}

function write(
  backend: BackendWasm,
  source: FilterSource,
  form: FilterForm,
  address: number,
): void {
  if (form === "panels") {
    source.pack(address);
    return;
  }
  withScratch(backend, bytesOf(source, "panels"), (packed) => {
    source.pack(packed);
    kernel("winogradWeights")(form.kind, packed, source.channels, source.outChannels, address);
  });
}

/** Forms in scratch space, freed after each use. */
export function passingFilters(backend: BackendWasm, source: FilterSource): Filters {
  return {
    read(form, work) {
      withScratch(backend, bytesOf(source, form), (address) => {
        write(backend, source, form, address);
        work(address);
      });
    },
  };
}

/** Forms that are made at their first use and kept; for weights that never change. */
export class KeptFilters implements Filters {
  readonly #backend: BackendWasm;
  readonly #source: FilterSource;
  readonly #forms = new Map<FilterForm, tf.TensorInfo>();

  constructor(backend: BackendWasm, source: FilterSource) {
    this.#backend = backend;
    this.#source = source;
  }

  read(form: FilterForm, work: (address: number) => void): void {
    let kept = this.#forms.get(form);
    if (kept === undefined) {
      // Not through `makeOutput`: what a failing kernel has made is freed, and this is kept.
      kept = this.#backend.makeOutput([bytesOf(this.#source, form) / 4 + 16], "float32");
      try {
        write(this.#backend, this.#source, form, cacheLines(addressOf(this.#backend, kept)));
      } catch (error) {
        this.#backend.disposeData(kept.dataId);
        throw error;
      }
      this.#forms.set(form, kept);
    }
    work(cacheLines(addressOf(this.#backend, kept)));
  }

  dispose(): void {
    for (const { dataId } of this.#forms.values()) this.#backend.disposeData(dataId);
    this.#forms.clear();
  }
}
