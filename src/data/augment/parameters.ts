/**
 * Augmentation parameters: what is to be done to each image to get a view, as a flat table of
 * numbers that a kernel can read. Each augmentation draws its own fields and applies them.
 *
 * @module
 */
import { InvalidError } from "../../errors.ts";
import type { ImageBatch } from "../image_batch.ts";

/** Numbers a row. */
export const ROW_LENGTH = 16;

/** Numbers a row of the table of filters. */
export const FILTER_LENGTH = 8;

/**
 * Where each number lies in a row. The fused kernels know these by number
 * (`src/tensor/kernels/assembly/augment*.ts`, `src/tensor/programs/augment*.ts`): change all.
 */
export const Field = {
  /** The crop, in whole pixels of the image. */
  cropTop: 0,
  cropLeft: 1,
  cropHeight: 2,
  cropWidth: 3,
  /** 1: mirrored left to right after the crop. */
  flip: 4,
  /** Four fields: which {@linkcode JitterOperation} comes first, second, third and fourth. */
  jitterOrder: 5,
  /** Factors, and the shift of the hue in turns (-0.5..0.5). */
  brightness: 9,
  contrast: 10,
  saturation: 11,
  hue: 12,
  /** 1: each channel replaced by the luma. */
  grey: 13,
  /** Quarter turns counter-clockwise, 0..3. */
  turns: 14,
  /** A rotation in radians, counter-clockwise; the fused kernel leaves it to an operation of its own. */
  tilt: 15,
} as const;

/**
 * Where each number lies in a row of the second table: what is done to a view after the fused
 * kernel, by operations of its own. All zeros do nothing.
 */
export const FilterField = {
  /** Standard deviation of the blur, pixels. */
  blur: 0,
  /** 1: each value replaced by the size of its gradient. */
  sobel: 1,
  /** Standard deviation of the noise, values in 0..1; and where in the table it begins. */
  noise: 2,
  noiseStart: 3,
  /** The hole, in whole pixels of the view. */
  cutTop: 4,
  cutLeft: 5,
  cutHeight: 6,
  cutWidth: 7,
} as const;

/** A step of the colour jitter. */
export const JitterOperation = {
  none: 0,
  brightness: 1,
  contrast: 2,
  saturation: 3,
  hue: 4,
} as const;

/** The parameters of `count` views, one row of each table a view. */
export interface AugmentParameters {
  /** `count * ROW_LENGTH` numbers, by {@linkcode Field}. */
  readonly rows: Float32Array<ArrayBuffer>;
  /** `count * FILTER_LENGTH` numbers, by {@linkcode FilterField}. */
  readonly filters: Float32Array<ArrayBuffer>;
  readonly count: number;
}

/** Parameters that leave every image of a batch as it is. */
export function identityParameters(
  batch: Pick<ImageBatch, "count" | "height" | "width">,
): AugmentParameters {
  const rows = new Float32Array(batch.count * ROW_LENGTH);
  for (let i = 0; i < batch.count; i++) {
    const row = rows.subarray(i * ROW_LENGTH, (i + 1) * ROW_LENGTH);
    row[Field.cropHeight] = batch.height;
    row[Field.cropWidth] = batch.width;
    row[Field.brightness] = 1;
    row[Field.contrast] = 1;
    row[Field.saturation] = 1;
  }
  return { rows, filters: new Float32Array(batch.count * FILTER_LENGTH), count: batch.count };
}

/** One row of the table, a view. */
export function parameterRow(parameters: AugmentParameters, i: number): Float32Array<ArrayBuffer> {
  return parameters.rows.subarray(i * ROW_LENGTH, (i + 1) * ROW_LENGTH);
}

/** One field of every row. */
export function parameterColumn(
  parameters: AugmentParameters,
  field: number,
): Float32Array<ArrayBuffer> {
  const column = new Float32Array(parameters.count);
  for (let i = 0; i < column.length; i++) column[i] = parameters.rows[i * ROW_LENGTH + field]!;
  return column;
}

/** One row of the table of filters. */
export function filterRow(parameters: AugmentParameters, i: number): Float32Array<ArrayBuffer> {
  return parameters.filters.subarray(i * FILTER_LENGTH, (i + 1) * FILTER_LENGTH);
}

/** One field of every row of the table of filters. */
export function filterColumn(
  parameters: AugmentParameters,
  field: number,
): Float32Array<ArrayBuffer> {
  return Float32Array.from(
    { length: parameters.count },
    (_, i) => parameters.filters[i * FILTER_LENGTH + field]!,
  );
}

/**
 * The tables of V views of the same n images as one: row i * V + v is image i's view v.
 *
 * @throws {InvalidError} If there are none or their lengths differ.
 */
export function interleaveParameters(views: readonly AugmentParameters[]): AugmentParameters {
  const count = views[0]?.count ?? 0;
  const odd = views.find((view) => view.count !== count);
  if (views.length === 0 || odd !== undefined) {
    throw new InvalidError(
      `Cannot put views side by side: ${views.length} views, of ${
        odd?.count ?? 0
      } and ${count} images`,
    );
  }
  if (views.length === 1) return views[0]!;
  const rows = new Float32Array(count * views.length * ROW_LENGTH);
  const filters = new Float32Array(count * views.length * FILTER_LENGTH);
  views.forEach((view, v) => {
    for (let i = 0; i < count; i++) {
      rows.set(parameterRow(view, i), (i * views.length + v) * ROW_LENGTH);
      filters.set(filterRow(view, i), (i * views.length + v) * FILTER_LENGTH);
    }
  });
  return { rows, filters, count: count * views.length };
}

/** Each row `times` times, one after the other. */
export function repeatParameters(parameters: AugmentParameters, times: number): AugmentParameters {
  return interleaveParameters(Array(times).fill(parameters));
}
