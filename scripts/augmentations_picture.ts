/**
 * `deno run --allow-all scripts/augmentations_picture.ts`: writes `docs/augmentations.png`, a row an
 * augmentation, of a picture that is drawn here.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { encodePng } from "../src/images/encode_png.ts";
import { sharp } from "../src/images/sharp.ts";
import { previewViews } from "../src/inference/preview_views.ts";
import { Preprocessing } from "../src/schemas/encoder.ts";
import { AugmentOptions } from "../src/schemas/recipe.ts";
import { selectBackend } from "../src/tensor/backend.ts";

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

/** A house below a hill, in the sun. */
function house(x: number, y: number): [number, number, number] {
  if (x > 14 && x < 34 && y > 34 && y < 54) {
    return x > 20 && x < 27 && y > 42 ? [70, 45, 30] : y % 4 === 0 ? [150, 60, 50] : [190, 80, 60];
  }
  if (y > 22 && y <= 34 && Math.abs(x - 24) < y - 21) return [90, 90, 110];
  if (Math.hypot(x - 50, y - 13) < 8) return [250, 220, 90];
  if (y > 44 + 6 * Math.sin(x / 9)) return [60, 120 + (3 * x + 5 * y) % 30, 60];
  return [120 + y, 170 + y, 235];
}

await selectBackend("wasm");
const original = await encodePng({
  pixels: Uint8Array.from(
    Array.from({ length: SIZE * SIZE }, (_, i) => house(i % SIZE, Math.floor(i / SIZE))).flat(),
  ),
  width: SIZE,
  height: SIZE,
  channels: 3,
});
const rows = await Promise.all(ROWS.map((augment) =>
  previewViews({
    images: [original],
    indices: [0],
    preprocessing: Preprocessing.parse({ size: SIZE, channels: 3 }),
    augment: AugmentOptions.parse({ ...NOTHING, ...augment }),
    views: VIEWS,
    seed: 1,
  }, { maxPixels: SIZE * SIZE, signal: new AbortController().signal })
));
const { width, height } = await sharp(rows[0]).metadata();
await sharp({ create: { width, height: height * rows.length, channels: 3, background: "white" } })
  .composite(rows.map((row, i) => ({ input: Buffer.from(row), left: 0, top: i * height })))
  .png({ palette: true, compressionLevel: 9 })
  .toFile("docs/augmentations.png");
