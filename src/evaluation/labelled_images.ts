/** Labelled images: items of a pack with their classes, as every protocol takes them. @module */
import { idsOf } from "../data/label_ids.ts";
import type { PackedImages } from "../data/packed_images.ts";

/** Labelled items by position in a pack. */
export interface LabelledImages {
  images: PackedImages;
  positions: number[];
  /** The class of each position, 0..classes-1; -1 for a label that is none of the classes. */
  labels: Int32Array;
}

/**
 * Those of `indices` that are in the pack: an item that could not be decoded is not.
 *
 * @param indices Items by their index in the source of the pack.
 * @param classes Names; an item of another label gets -1, which nothing predicts: counted as wrong.
 */
export function labelledImages(
  images: PackedImages,
  indices: readonly number[],
  classes: readonly string[],
): LabelledImages {
  const place = new Map(Array.from(images.indices, (index, position) => [index, position]));
  const positions = indices.flatMap((index) => place.get(index) ?? []);
  return {
    images,
    positions,
    labels: idsOf(positions.map((position) => images.labels[position]!), classes),
  };
}

/** Some of the items, by their place among them. */
export function pick(items: LabelledImages, places: ArrayLike<number>): LabelledImages {
  const list = Array.from(places);
  return {
    images: items.images,
    positions: list.map((place) => items.positions[place]!),
    labels: Int32Array.from(list, (place) => items.labels[place]!),
  };
}
