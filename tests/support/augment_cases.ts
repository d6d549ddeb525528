/** Batches of images and parameters for the tests of augmentation. @module */
import {
  type AugmentParameters,
  Field,
  FilterField,
  filterRow,
  identityParameters,
  JitterOperation,
  parameterRow,
} from "../../src/data/augment/parameters.ts";
import type { ImageBatch } from "../../src/data/image_batch.ts";
import { Random } from "../../src/random.ts";
import type { ReferenceView } from "./augment_reference.ts";
import type { ReferenceFilters } from "./filters_reference.ts";

const NAMES = ["brightness", "contrast", "saturation", "hue"] as const;

/** A row of parameters in the reference's words. */
export function toReferenceView(row: Float32Array): ReferenceView {
  const view: ReferenceView = { order: [] };
  for (const name of ["cropTop", "cropLeft", "cropHeight", "cropWidth", "flip", "grey", "turns"]) {
    view[name as "flip"] = row[Field[name as "flip"]]!;
  }
  for (const name of NAMES) view[name] = row[Field[name]]!;
  for (let position = 0; position < 4; position++) {
    const code = row[Field.jitterOrder + position]!;
    const name = NAMES.find((name) => JitterOperation[name] === code);
    if (name !== undefined) view.order!.push(name);
  }
  return view;
}

/** The reference's words as the parameters of a batch of one. */
export function toParameters(size: number, view: ReferenceView): AugmentParameters {
  const parameters = identityParameters({ count: 1, height: size, width: size });
  const row = parameterRow(parameters, 0);
  for (const [name, value] of Object.entries(view)) {
    if (name !== "order") row[Field[name as "flip"]] = value as number;
  }
  view.order?.forEach((name, position) => {
    row[Field.jitterOrder + position] = JitterOperation[name];
  });
  return parameters;
}

/** The same for filters; where there is noise, `normals` are still to be said. */
export function toReferenceFilters(row: Float32Array): ReferenceFilters & { noiseStart?: number } {
  return Object.fromEntries(Object.entries(FilterField).map(([name, at]) => [name, row[at]!]));
}

/** Filters in the reference's words as the parameters of a batch of one. */
export function toFilterParameters(
  size: { height: number; width: number },
  filters: ReferenceFilters & { noiseStart?: number },
): AugmentParameters {
  const parameters = identityParameters({ count: 1, ...size });
  for (const [name, value] of Object.entries(filters)) {
    filterRow(parameters, 0)[FilterField[name as "blur"]] = value as number;
  }
  return parameters;
}

/** `count` pictures of noise, by a seed. */
export function noiseBatch(
  count: number,
  height: number,
  width: number,
  channels: 1 | 3,
  seed = 1,
): ImageBatch {
  const random = new Random(seed).stream("noise", [count, height, width]);
  return {
    pixels: Uint8Array.from(
      { length: count * height * width * channels },
      () => random.integer(256),
    ),
    count,
    height,
    width,
    channels,
    indices: Uint32Array.from({ length: count }, (_, i) => i),
    epoch: 0,
  };
}
