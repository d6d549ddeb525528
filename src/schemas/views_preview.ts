/** Preview of views: what a recipe, or an objective, makes of some items of a data set. @module */
import { z } from "zod";
import { Preprocessing } from "./encoder.ts";
import { ObjectiveRequest, type ObjectiveSpec } from "./objective.ts";
import { pngUri } from "./predict/picture.ts";
import { type AugmentOptions, RecipeRequest } from "./recipe.ts";
import { integerText } from "./text_value.ts";

const MOST_ITEMS = 16;
const MOST_VIEWS = 12;
const MOST_SEED = 2 ** 32 - 1;
const FIELDS = {
  objective: "Whose views: what its encoder sees and what it is asked; default: images as the " +
    "recipe augments them",
  recipe: "What augments the images; default: the preset that training would take",
  items: "Rows: items, spread evenly over the data set",
  views: "Views an item, 6 by default; with an objective: how often its views are drawn, 1 by " +
    "default",
  seed: "Of the draws: a job of this seed draws the same in its first epoch, and an objective's " +
    "second draw is that of its second epoch",
  imageSize: "Height and width, pixels; default: as for training",
  channels: "1 for grey, 3 for RGB; default: as for training",
  format:
    "The picture; or JSON with the picture as a data URI, and where each panel of it is and " +
    "what it shows",
};

/** As what the answer comes. */
export const ViewsPreviewFormat = z.enum(["png", "json"]);

/** The body of `POST /v1/datasets/:dataset/preview`. */
export const ViewsPreviewRequest = z.strictObject({
  objective: ObjectiveRequest.optional().describe(FIELDS.objective),
  recipe: RecipeRequest.optional().describe(FIELDS.recipe),
  items: z.int().min(1).max(MOST_ITEMS).describe(FIELDS.items).default(4),
  views: z.int().min(1).max(MOST_VIEWS).optional().describe(FIELDS.views),
  seed: z.int().min(0).max(MOST_SEED).describe(FIELDS.seed).default(0),
  imageSize: Preprocessing.shape.size.optional().describe(FIELDS.imageSize),
  channels: Preprocessing.shape.channels.optional().describe(FIELDS.channels),
  format: ViewsPreviewFormat.describe(FIELDS.format).default("png"),
}).meta({
  id: "ViewsPreviewRequest",
  example: { objective: { name: "jigsaw", grid: 3, permutations: 100 }, items: 3, imageSize: 48 },
});
export type ViewsPreviewRequest = z.infer<typeof ViewsPreviewRequest>;

/** The same as query parameters; an objective or a recipe is a name or JSON. */
export const ViewsPreviewQuery = z.strictObject({
  objective: nameOrJson("an objective's name").pipe(ObjectiveRequest).optional().meta({
    type: "string",
    description: `${FIELDS.objective}. A name, or JSON as the body of POST takes it`,
    example: "jigsaw",
  }),
  recipe: nameOrJson("a preset's name").pipe(RecipeRequest).optional().meta({
    type: "string",
    description: `${FIELDS.recipe}. A preset's name, or JSON as the body of POST takes it`,
    example: "simclr-cifar",
  }),
  items: integerText(1, MOST_ITEMS).default(4).meta({ description: FIELDS.items, default: 4 }),
  views: integerText(1, MOST_VIEWS).optional().meta({ description: FIELDS.views }),
  seed: integerText(0, MOST_SEED).default(0).meta({ description: FIELDS.seed, default: 0 }),
  imageSize: integerText(8, 512).optional().meta({ description: FIELDS.imageSize }),
  channels: z.enum(["1", "3"]).transform((text) => text === "1" ? 1 : 3).optional()
    .meta({ type: "integer", enum: [1, 3], description: FIELDS.channels }),
  format: ViewsPreviewFormat.describe(FIELDS.format).default("png"),
});

/** Text that is a name, or an object as JSON. */
function nameOrJson(name: string) {
  return z.string().transform((text, context): unknown => {
    if (!text.trimStart().startsWith("{")) return text;
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: "custom", message: `must be ${name} or JSON`, input: text });
      return z.NEVER;
    }
  });
}

/** What an embedder needs to know to make the picture. */
export interface ViewsPreviewSpec {
  /** Originals, as they came. */
  images: Uint8Array[];
  /** Of each. */
  mediaTypes: string[];
  /** Each one's index in the data set: with the seed, the key of its draws. */
  indices: number[];
  preprocessing: Preprocessing;
  augment: AugmentOptions;
  /** Whose views; null: augmented images. */
  objective: ObjectiveSpec | null;
  /** Items are clips: most frames of each. Null: they are images. */
  frames: number | null;
  /** Views an item, or draws of an objective's views. */
  views: number;
  seed: number;
}

const pixels = z.int().min(0);

/** A part of the picture. */
export const PreviewPanel = z.object({
  caption: z.string().describe("What it shows"),
  left: pixels,
  top: pixels,
  width: pixels,
  height: pixels,
});
export type PreviewPanel = z.infer<typeof PreviewPanel>;

/** A picture, and where everything is in it. */
export interface ViewsPicture {
  png: Uint8Array<ArrayBuffer>;
  width: number;
  height: number;
  /** A row an item; the first panel is the original. */
  rows: PreviewPanel[][];
}

/** The answer as JSON. */
export const ViewsPreview = z.object({
  image: pngUri,
  width: pixels,
  height: pixels,
  rows: z.array(z.object({
    index: z.int().describe("The item's, in its data set"),
    panels: z.array(PreviewPanel).describe("The original first; places in pixels of the picture"),
  })),
}).meta({ id: "ViewsPreview" });
export type ViewsPreview = z.infer<typeof ViewsPreview>;
