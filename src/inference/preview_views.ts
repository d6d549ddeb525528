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
import { Stages } from "./stages.ts";

/**
 * Draws the picture on the current backend.
 *
 * @param signal Looked at before each draw. @param stages Told what it is at.
 * @throws As {@linkcode decodeImage} does. @throws {InvalidError} If it would be too large.
 */
export async function previewViews(
  spec: ViewsPreviewSpec,
  { maxPixels, signal, stages = new Stages() }: {
    maxPixels: number;
    signal: AbortSignal;
    stages?: Stages;
  },
): Promise<ViewsPicture> {
  const { images, preprocessing, augment } = spec;
  const { size } = preprocessing;
  // The family that training draws from.
  const random = new Random(spec.seed).fork("views");
  const objective = spec.objective === null
    ? null
    : createObjective(spec.objective, { augment, preprocessing });
  const draws = objective === null ? 1 : spec.views;
  const rows: PixelPanel[][] = [];
  for (const row of images.keys()) {
    const batch = await stages.run("decode", 1, () => readItem(spec, row, maxPixels));
    const original = { caption: "original", columns: 1, cells: [batch.pixels] };
    const panels: PixelPanel[] = [{ ...original, side: size, last: true }];
    for (let epoch = 0; epoch < draws; epoch++) {
      signal.throwIfAborted();
      const shown = objective === null
        ? await augmented(batch, spec, random)
        : await drawn({ ...batch, epoch }, objective, preprocessing, random);
      if (row === 0 && epoch === 0) {
        // Every draw is as large, and so is every row.
        const all = [...panels, ...Array.from({ length: draws }, () => shown).flat()];
        checkPictureSize(images.length, all, size);
      }
      panels.push(...shown);
    }
    rows.push(panels);
  }
  return await stages.run("encode", images.length, () => pictureOfPanels(rows, preprocessing));
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

/** What an objective makes of an item. */
async function drawn(
  batch: ImageBatch,
  objective: Objective,
  preprocessing: Preprocessing,
  random: Random,
): Promise<PixelPanel[]> {
  const views = objective.views(batch, random);
  try {
    const panels = await objective.panels?.(views) ?? panelEachRow(views);
    return await toPixels(panels, preprocessing);
  } finally {
    views.inputs.dispose();
    Object.values(views.targets).forEach((target) => target.dispose());
  }
}

async function toPixels(
  panels: Panel[],
  preprocessing: Preprocessing,
): Promise<PixelPanel[]> {
  return await Promise.all(panels.map(async ({ caption, images, columns, cells }, i) => {
    const [count, side] = images.shape;
    const bytes = toBytes(await read(images), preprocessing);
    const each = bytes.length / count;
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
}

/** Inputs as bytes: what is darker than black or lighter than white is black or white. */
function toBytes(
  values: Float32Array,
  { mean, standardDeviation }: Preprocessing,
): Uint8ClampedArray {
  const bytes = new Uint8ClampedArray(values.length);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = 255 * (values[i]! * standardDeviation + mean);
  }
  return bytes;
}

async function read(images: tf.Tensor4D): Promise<Float32Array> {
  try {
    return await images.data<"float32">();
  } finally {
    images.dispose();
  }
}
