/**
 * `deno run --allow-all scripts/objective_pictures.ts`: writes `docs/objectives/<objective>.png`,
 * what the preview shows of each objective, of two pictures that are drawn here; and
 * `multi-task.png`, two of them side by side.
 *
 * @module
 */
import { sharp } from "../src/images/sharp.ts";
import { previewViews } from "../src/inference/preview_views.ts";
import { presetFor } from "../src/jobs/resolve_train.ts";
import { Preprocessing } from "../src/schemas/encoder.ts";
import { OBJECTIVE_NAMES, type ObjectiveName, ObjectiveSpec } from "../src/schemas/objective.ts";
import { recipePreset } from "../src/schemas/recipe_presets.ts";
import type { ViewsPicture } from "../src/schemas/views_preview.ts";
import { selectBackend } from "../src/tensor/backend.ts";
import { DRAWINGS, drawnPicture } from "./drawn_pictures.ts";

const SIZE = 96;

/** Where options or a draw other than the first show more. */
const SHOWN: Partial<Record<ObjectiveName, { options?: object; views?: number }>> = {
  "simclr": { views: 2 },
  "jigsaw": { options: { grid: 3, permutations: 100 }, views: 3 },
  "relative-position": { views: 3 },
  "context-encoder": { views: 2 },
};

/** The pages with a picture. */
export const PICTURES = [...OBJECTIVE_NAMES, "multi-task"] as const;

/** A page's picture, PNG. */
export async function objectivePicture(name: typeof PICTURES[number]): Promise<Uint8Array> {
  return await small(name === "multi-task" ? await simclrAndRotation() : (await preview(name)).png);
}

/** An objective's picture, by its own recipe or that of the objective it is a head beside. */
async function preview(name: ObjectiveName, first = name): Promise<ViewsPicture> {
  const { options = {}, views = 1 } = SHOWN[name] ?? {};
  const images = await Promise.all(
    Object.values(DRAWINGS).map((drawing) => drawnPicture(drawing, SIZE)),
  );
  return await previewViews({
    images,
    mediaTypes: images.map(() => "image/png"),
    indices: [...images.keys()],
    preprocessing: Preprocessing.parse({ size: SIZE, channels: 3 }),
    augment: recipePreset(presetFor(first, 3)).augment,
    objective: ObjectiveSpec.parse({ name, ...options }),
    frames: null,
    views,
    seed: 1,
  }, { maxPixels: SIZE * SIZE, signal: new AbortController().signal });
}

/** One pair of SimCLR, and rotation's turns beside it, whose original is left away. */
async function simclrAndRotation(): Promise<Uint8Array> {
  const [pairs, turns] = [await preview("simclr"), await preview("rotation", "simclr")];
  const { left: from } = turns.rows[0]![1]!;
  const { left: to } = pairs.rows[0]![3]!;
  const part = await sharp(turns.png)
    .extract({ left: from, top: 0, width: turns.width - from, height: turns.height })
    .toBuffer();
  const width = to + turns.width - from;
  const { height } = pairs;
  const first = await sharp(pairs.png).extract({ left: 0, top: 0, width: to, height }).toBuffer();
  return await sharp({ create: { width, height, channels: 3, background: "white" } })
    .composite([{ input: first, left: 0, top: 0 }, { input: part, left: to, top: 0 }])
    .png()
    .toBuffer();
}

function small(png: Uint8Array): Promise<Uint8Array> {
  return sharp(png).png({ palette: true, compressionLevel: 9 }).toBuffer();
}

if (import.meta.main) {
  await selectBackend("wasm");
  for (const name of PICTURES) {
    await Deno.writeFile(`docs/objectives/${name}.png`, await objectivePicture(name));
  }
}
