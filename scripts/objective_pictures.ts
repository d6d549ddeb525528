/**
 * `deno run --allow-all scripts/objective_pictures.ts`: writes `docs/objectives/<objective>.png`,
 * what the preview shows of each objective, of two pictures that are drawn here; and
 * `multi-task.png`, two of them side by side.
 *
 * @module
 */
import type { Sharp } from "sharp";
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

/** An objective's picture. */
async function preview(name: ObjectiveName): Promise<ViewsPicture> {
  const { options = {}, views = 1 } = SHOWN[name] ?? {};
  const images = await Promise.all(
    Object.values(DRAWINGS).map((drawing) => drawnPicture(drawing, SIZE)),
  );
  return await previewViews({
    images,
    mediaTypes: images.map(() => "image/png"),
    indices: [...images.keys()],
    preprocessing: Preprocessing.parse({ size: SIZE, channels: 3 }),
    augment: recipePreset(presetFor(name, 3)).augment,
    objective: ObjectiveSpec.parse({ name, ...options }),
    frames: null,
    views,
    seed: 1,
  }, { maxPixels: SIZE * SIZE, signal: new AbortController().signal });
}

/** An objective's picture as it is in its page, PNG. */
export async function objectivePicture(name: ObjectiveName): Promise<Uint8Array> {
  return await small(sharp((await preview(name)).png));
}

/** One pair of SimCLR, and rotation's turns, whose original is left away. */
async function multiTaskPicture(): Promise<Uint8Array> {
  const [pairs, turns] = [await preview("simclr"), await preview("rotation")];
  const { left: from } = turns.rows[0]![1]!;
  const { left: to } = pairs.rows[0]![3]!;
  const part = await sharp(turns.png)
    .extract({ left: from, top: 0, width: turns.width - from, height: turns.height })
    .toBuffer();
  const width = to + turns.width - from;
  const { height } = pairs;
  const first = await sharp(pairs.png).extract({ left: 0, top: 0, width: to, height }).toBuffer();
  return await small(
    sharp({ create: { width, height, channels: 3, background: "white" } })
      .composite([{ input: first, left: 0, top: 0 }, { input: part, left: to, top: 0 }]),
  );
}

function small(image: Sharp): Promise<Uint8Array> {
  return image.png({ palette: true, compressionLevel: 9 }).toBuffer();
}

if (import.meta.main) {
  await selectBackend("wasm");
  for (const name of OBJECTIVE_NAMES) {
    await Deno.writeFile(`docs/objectives/${name}.png`, await objectivePicture(name));
  }
  await Deno.writeFile("docs/objectives/multi-task.png", await multiTaskPicture());
}
