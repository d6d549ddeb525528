/**
 * `deno run --allow-all scripts/objective_pictures.ts`: writes `docs/objectives/<objective>.png`,
 * what the preview shows of each objective, of two pictures that are drawn here.
 *
 * @module
 */
import { sharp } from "../src/images/sharp.ts";
import { previewViews } from "../src/inference/preview_views.ts";
import { presetFor } from "../src/jobs/resolve_train.ts";
import { Preprocessing } from "../src/schemas/encoder.ts";
import { OBJECTIVE_NAMES, type ObjectiveName, ObjectiveSpec } from "../src/schemas/objective.ts";
import { recipePreset } from "../src/schemas/recipe_presets.ts";
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

/** An objective's picture, PNG. */
export async function objectivePicture(name: ObjectiveName): Promise<Uint8Array> {
  const { options = {}, views = 1 } = SHOWN[name] ?? {};
  const images = await Promise.all(
    Object.values(DRAWINGS).map((drawing) => drawnPicture(drawing, SIZE)),
  );
  const { png } = await previewViews({
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
  return await sharp(png).png({ palette: true, compressionLevel: 9 }).toBuffer();
}

if (import.meta.main) {
  await selectBackend("wasm");
  for (const name of OBJECTIVE_NAMES) {
    await Deno.writeFile(`docs/objectives/${name}.png`, await objectivePicture(name));
  }
}
