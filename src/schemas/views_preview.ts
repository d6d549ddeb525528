/** Preview of views: what a recipe makes of some items of a data set. @module */
import { z } from "zod";
import { Preprocessing } from "./encoder.ts";
import { type AugmentOptions, RecipeRequest } from "./recipe.ts";
import { integerText } from "./text_value.ts";

const MOST_ITEMS = 16;
const MOST_VIEWS = 12;
const MOST_SEED = 2 ** 32 - 1;
const FIELDS = {
  recipe: "What makes the views; default: the preset that training would take",
  items: "Rows: items, spread evenly over the data set",
  views: "Views an item",
  seed: "Of the draws: a job of this seed draws the first two views in its first epoch",
  imageSize: "Height and width, pixels; default: as for training",
  channels: "1 for grey, 3 for RGB; default: as for training",
};

/** The body of `POST /v1/datasets/:dataset/preview`. */
export const ViewsPreviewRequest = z.strictObject({
  recipe: RecipeRequest.optional().describe(FIELDS.recipe),
  items: z.int().min(1).max(MOST_ITEMS).describe(FIELDS.items).default(4),
  views: z.int().min(1).max(MOST_VIEWS).describe(FIELDS.views).default(6),
  seed: z.int().min(0).max(MOST_SEED).describe(FIELDS.seed).default(0),
  imageSize: Preprocessing.shape.size.optional().describe(FIELDS.imageSize),
  channels: Preprocessing.shape.channels.optional().describe(FIELDS.channels),
}).meta({
  id: "ViewsPreviewRequest",
  example: { recipe: { preset: "simclr-cifar", augment: { blur: { sigma: [0.1, 2] } } }, items: 3 },
});
export type ViewsPreviewRequest = z.infer<typeof ViewsPreviewRequest>;

/** The same as query parameters; a recipe is a preset's name or JSON. */
export const ViewsPreviewQuery = z.strictObject({
  recipe: z.string().transform((text, context): unknown => {
    if (!text.trimStart().startsWith("{")) return text;
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: "custom", message: "must be a preset's name or JSON", input: text });
      return z.NEVER;
    }
  }).pipe(RecipeRequest).optional().meta({
    type: "string",
    description: `${FIELDS.recipe}. A preset's name, or JSON as the body of POST takes it`,
    example: "simclr-cifar",
  }),
  items: integerText(1, MOST_ITEMS).default(4).meta({ description: FIELDS.items, default: 4 }),
  views: integerText(1, MOST_VIEWS).default(6).meta({ description: FIELDS.views, default: 6 }),
  seed: integerText(0, MOST_SEED).default(0).meta({ description: FIELDS.seed, default: 0 }),
  imageSize: integerText(8, 512).optional().meta({ description: FIELDS.imageSize }),
  channels: z.enum(["1", "3"]).transform((text) => text === "1" ? 1 : 3).optional()
    .meta({ type: "integer", enum: [1, 3], description: FIELDS.channels }),
});

/** What an embedder needs to know to make the picture. */
export interface ViewsPreviewSpec {
  /** Originals, as they came. */
  images: Uint8Array[];
  /** Each one's index in the data set: with the seed, the key of its draws. */
  indices: number[];
  preprocessing: Preprocessing;
  augment: AugmentOptions;
  views: number;
  seed: number;
}

/** Pixels between two cells, and on either side of the column of originals. */
const GAP = 2;
const WIDE_GAP = 8;
/** Small images are shown at a whole multiple of their size that has at least this side. */
const LEAST_SIDE = 64;

/** Where everything is in the picture. */
export interface PreviewGrid {
  /** By how much images are enlarged. */
  scale: number;
  width: number;
  height: number;
  /** The first pixel of a cell; column 0 is the original. */
  left(column: number): number;
  top(row: number): number;
}

/** The grid of so many items and views of `size` pixels a side. */
export function previewGrid(items: number, views: number, size: number): PreviewGrid {
  const scale = Math.ceil(LEAST_SIDE / size);
  const cell = size * scale + GAP;
  const left = (column: number) => column * cell + (column === 0 ? GAP : WIDE_GAP);
  const top = (row: number) => row * cell + GAP;
  return { scale, width: left(views + 1), height: top(items), left, top };
}
