/**
 * `deno run --allow-all scripts/augmentations_picture.ts`: writes `docs/augmentations.png`, a row an
 * augmentation, of a picture that is drawn here.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { sharp } from "../src/images/sharp.ts";
import { previewViews } from "../src/inference/preview_views.ts";
import { Preprocessing } from "../src/schemas/encoder.ts";
import { AugmentOptions } from "../src/schemas/recipe.ts";
import { selectBackend } from "../src/tensor/backend.ts";
import { DRAWINGS, drawnPicture } from "./drawn_pictures.ts";

const SIZE = 64;
const VIEWS = 6;
const NOTHING = { crop: null, flip: 0, jitter: null, grey: 0 };

/** In the order of the table in `docs/recipes.md`. */
const ROWS: Partial<Record<keyof AugmentOptions, unknown>>[] = [
  { crop: {} },
  { flip: 0.5 },
  { jitter: { probability: 1, brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1 } },
  { grey: 0.5 },
  { rotate90: 0.9 },
  { tilt: 30 },
  { blur: { probability: 1, sigma: [0.5, 2] } },
  { sobel: 1 },
  { noise: { probability: 1, sigma: [0.02, 0.15] } },
  { cutout: { probability: 1 } },
];

await selectBackend("wasm");
const original = await drawnPicture(DRAWINGS.house, SIZE);
const rows = await Promise.all(ROWS.map((augment) =>
  previewViews({
    images: [original],
    mediaTypes: ["image/png"],
    indices: [0],
    preprocessing: Preprocessing.parse({ size: SIZE, channels: 3 }),
    augment: AugmentOptions.parse({ ...NOTHING, ...augment }),
    objective: null,
    frames: null,
    views: VIEWS,
    seed: 1,
  }, { maxPixels: SIZE * SIZE, signal: new AbortController().signal })
));
const { width, height } = rows[0]!;
await sharp({ create: { width, height: height * rows.length, channels: 3, background: "white" } })
  .composite(rows.map((row, i) => ({ input: Buffer.from(row.png), left: 0, top: i * height })))
  .png({ palette: true, compressionLevel: 9 })
  .toFile("docs/augmentations.png");
