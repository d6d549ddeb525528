/**
 * Preview of views: a picture with a row an item, the original first, then views of it as training
 * would see them: augmented images, or what an objective makes of them.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import { augmentBatch, drawViews } from "../data/augment/augment.ts";
import type { ImageBatch } from "../data/image_batch.ts";
import { stackImages } from "../data/stack_images.ts";
import { decodeFrames } from "../images/decode_frames.ts";
import { decodeImage } from "../images/decode_image.ts";
import { createObjective } from "../objectives/mod.ts";
import type { Objective } from "../objectives/objective.ts";
import { type Panel, panelEachRow } from "../objectives/panel.ts";
import { Random } from "../random.ts";
import type { Preprocessing } from "../schemas/encoder.ts";
import type { ViewsPicture, ViewsPreviewSpec } from "../schemas/views_preview.ts";
import { checkPictureSize, pictureOfPanels, type PixelPanel } from "./picture_of_panels.ts";

/**
 * Draws the picture on the current backend.
 *
 * @param signal Looked at before each row.
 * @throws As {@linkcode decodeImage} does. @throws {InvalidError} If it would be too large.
 */
export async function previewViews(
  spec: ViewsPreviewSpec,
  { maxPixels, signal }: { maxPixels: number; signal: AbortSignal },
): Promise<ViewsPicture> {
  const { images, preprocessing, augment } = spec;
  const { size } = preprocessing;
  // The family that training draws from.
  const random = new Random(spec.seed).fork("views");
  const objective = spec.objective === null
    ? null
    : createObjective(spec.objective, { augment, preprocessing });
  const rows: PixelPanel[][] = [];
  for (const row of images.keys()) {
    signal.throwIfAborted();
    const batch = await readItem(spec, row, maxPixels);
    const original = { caption: "original", columns: 1, cells: [batch.pixels] };
    rows.push([
      { ...original, side: size, last: true },
      ...objective === null
        ? await augmented(batch, spec, random)
        : await drawn(batch, objective, spec, random),
    ]);
    if (row === 0) checkPictureSize(images.length, rows[0]!, size);
  }
  return await pictureOfPanels(rows, preprocessing);
}

/** An item as a batch of one. */
async function readItem(
  { images, mediaTypes, indices, preprocessing, frames }: ViewsPreviewSpec,
  row: number,
  maxPixels: number,
): Promise<ImageBatch> {
  const bytes = images[row]!;
  const mediaType = mediaTypes[row]!;
  const options = { ...preprocessing, maxPixels };
  if (frames === null) {
    const image = await decodeImage(bytes, mediaType, options);
    return stackImages([image], preprocessing, indices[row]);
  }
  const clip = await decodeFrames(bytes, mediaType, { ...options, frames });
  return {
    ...stackImages(clip.slice(0, 1), preprocessing, indices[row]),
    clips: {
      pixels: stackImages(clip, preprocessing).pixels,
      capacity: clip.length,
      counts: Uint8Array.of(clip.length),
    },
  };
}

/** Augmented images, each a view by itself. */
async function augmented(
  batch: ImageBatch,
  { augment, views, preprocessing }: ViewsPreviewSpec,
  random: Random,
): Promise<PixelPanel[]> {
  const parameters = Array.from(
    { length: views },
    (_, view) => drawViews(batch, augment, random, view),
  );
  const inputs = augmentBatch(batch, parameters, preprocessing);
  const panels = panelEachRow({ inputs, targets: {} });
  inputs.dispose();
  return await toPixels(panels, preprocessing);
}

/** An objective's views in its first epochs. */
async function drawn(
  batch: ImageBatch,
  objective: Objective,
  { views: draws, preprocessing }: ViewsPreviewSpec,
  random: Random,
): Promise<PixelPanel[]> {
  const panels: PixelPanel[] = [];
  for (let epoch = 0; epoch < draws; epoch++) {
    const views = objective.views({ ...batch, epoch }, random);
    try {
      const shown = await objective.panels?.(views) ?? panelEachRow(views);
      panels.push(...await toPixels(shown, preprocessing));
    } finally {
      views.inputs.dispose();
      Object.values(views.targets).forEach((target) => target.dispose());
    }
  }
  return panels;
}

/** Inputs as bytes: what is darker than black or lighter than white is black or white. */
async function toPixels(
  panels: Panel[],
  { mean, standardDeviation }: Preprocessing,
): Promise<PixelPanel[]> {
  const pixels = await Promise.all(panels.map(async ({ caption, images, columns, cells }, i) => {
    const side = images.shape[1];
    const values = await read(images);
    const bytes = Uint8ClampedArray.from(
      values,
      (value) => 255 * (value * standardDeviation + mean),
    );
    const each = values.length / images.shape[0];
    return {
      caption,
      side,
      columns,
      cells: cells.map((cell) =>
        cell === null ? null : bytes.subarray(cell * each, (cell + 1) * each)
      ),
      // Grids are set apart; pictures only from those of the next draw.
      last: cells.length > 1 || i === panels.length - 1,
    };
  }));
  return pixels;
}

async function read(images: tf.Tensor4D): Promise<Float32Array> {
  try {
    return await images.data<"float32">();
  } finally {
    images.dispose();
  }
}
