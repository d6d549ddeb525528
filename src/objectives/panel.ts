/**
 * Panel: some of an item's views side by side, as people are shown them, with what is to be said of
 * them.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Views } from "./objective.ts";

/** A grid of pictures. */
export interface Panel {
  /** What is to be seen, in a few words. */
  caption: string;
  /** `[n, h, w, c]`, in the units of inputs; whoever asked for the panel disposes of it. */
  images: tf.Tensor4D;
  /** Cells a line. */
  columns: number;
  /** Which of `images` is in each cell, line by line; null: none. */
  cells: readonly (number | null)[];
}

/** A panel for each row of an item's inputs, of one cell. */
export function panelEachRow(
  { inputs }: Views,
  caption: (row: number) => string = (row) => `view ${row + 1}`,
): Panel[] {
  return tf.split(inputs, inputs.shape[0]!).map((image, row) => ({
    caption: caption(row),
    images: image as tf.Tensor4D,
    columns: 1,
    cells: [0],
  }));
}

/** A panel of one cell. */
export function onePicture(caption: string, image: tf.Tensor): Panel {
  return { caption, images: image.clone() as tf.Tensor4D, columns: 1, cells: [0] };
}
