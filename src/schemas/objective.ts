/** Objective: the pretext task whose loss trains the encoder. @module */
import { z } from "zod";

/** SimCLR (Chen et al. 2020): two views of each image, NT-Xent on the projections z. */
export const SimclrOptions = z.strictObject({
  name: z.literal("simclr"),
  temperature: z.number().min(0.01).max(10).default(0.5)
    .describe("τ of NT-Xent: the lower, the more the most alike of the other images count"),
  projectionHidden: z.int().min(8).max(4096).default(128)
    .describe("Units of the projection head's hidden layer"),
  projectionDimension: z.int().min(4).max(1024).default(64).describe("Dimension of z"),
}).describe(
  "Which two of many views are of the same image? SimCLR (Chen et al. 2020)",
);
export type SimclrOptions = z.infer<typeof SimclrOptions>;

/** Rotation (Gidaris et al. 2018): by which multiple of 90 degrees was the image turned? */
export const RotationOptions = z.strictObject({
  name: z.literal("rotation"),
  rotations: z.union([z.literal(4), z.literal(1)]).default(4)
    .describe("Turns of each image in a batch: all four, or one drawn at a quarter of the cost"),
}).describe(
  "By which multiple of 90 degrees is the image turned? (Gidaris et al. 2018)",
);
export type RotationOptions = z.infer<typeof RotationOptions>;

const jitter = z.number().min(0).max(1).default(1).describe(
  "Share of the gap that a tile may lie anywhere within, so that no two are equally far apart; " +
    "1: anywhere in its cell, 0: in the middle of it",
);

/** Jigsaw (Noroozi & Favaro 2016): in which of `permutations` orders are the tiles? */
export const JigsawOptions = z.strictObject({
  name: z.literal("jigsaw"),
  grid: z.union([z.literal(2), z.literal(3)]).default(2).describe("Tiles a side"),
  permutations: z.int().min(2).max(1000).default(24)
    .describe("Size of the permutation set, at most 24 for a 2×2 grid"),
  gap: z.number().min(0).max(0.4).default(0.1)
    .describe("Share of a cell's side left out between tiles, against continuity shortcuts"),
  jitter,
  normalise: z.boolean().default(true)
    .describe("Give each tile mean 0 and spread 1, so that brightness tells no neighbours"),
  hidden: z.int().min(8).max(4096).default(128)
    .describe("Units of the layer over the concatenated tiles"),
}).describe(
  "In which order are the tiles of the image? (Noroozi & Favaro 2016)",
);
export type JigsawOptions = z.infer<typeof JigsawOptions>;

/** Tiles a side of relative position: a centre and its eight neighbours. */
export const RELATIVE_GRID = 3;

/** Relative position (Doersch et al. 2015): which neighbour of the centre is this patch? */
export const RelativePositionOptions = z.strictObject({
  name: z.literal("relative-position"),
  neighbours: z.union([z.literal(8), z.literal(1)]).default(8)
    .describe("Questions an image: all eight neighbours of the centre, or one that is drawn"),
  gap: z.number().min(0).max(0.4).default(0.2)
    .describe("Share of a cell's side left out between patches, against continuity shortcuts"),
  jitter,
  colours: z.enum(["drop", "project", "keep"]).default("project").describe(
    "Against the chromatic shortcut: keep one channel and noise, take out green against magenta, " +
      "or nothing",
  ),
  hidden: z.int().min(8).max(4096).default(128)
    .describe("Units of the layer over the two patches' features"),
}).describe(
  "Which neighbour of the patch in the centre is this one? (Doersch et al. 2015)",
);
export type RelativePositionOptions = z.infer<typeof RelativePositionOptions>;

/** Frame order (Misra et al. 2016): does the middle one of three frames lie between the others? */
export const FrameOrderOptions = z.strictObject({
  name: z.literal("frame-order"),
  frames: z.int().min(4).max(64).default(16).describe(
    "Most frames of a clip that are used, spread evenly over it; and how many a clip has that is " +
      "synthesised from a still image",
  ),
  gap: z.int().min(1).max(32).default(2).describe(
    "Fewest frames between the window and a frame outside it, where the clip is long enough",
  ),
  sampling: z.enum(["motion", "uniform"]).default("motion")
    .describe("How windows are drawn: in proportion to the motion in them, or all alike"),
  negatives: z.number().min(0.1).max(0.9).default(0.5)
    .describe("Share of triplets that are out of order; the accuracy weighs both kinds alike"),
  normalise: z.boolean().default(true).describe(
    "Give each frame mean 0 and spread 1, so that brightness that rises or falls tells no order",
  ),
  pan: z.number().min(0).max(1).default(1)
    .describe("Synthesised clips: how far they pan, as a share of the room beside the view"),
  zoom: z.number().min(1).max(4).default(1.6)
    .describe("Synthesised clips: the largest view over the smallest; 1 does not zoom"),
  turn: z.number().min(0).max(90).default(30)
    .describe("Synthesised clips: degrees from the first frame to the last, either way"),
  hidden: z.int().min(8).max(4096).default(128)
    .describe("Units of the layer over the three frames' features"),
}).describe(
  "Does the middle one of three frames lie between the others? (Misra et al. 2016)",
);
export type FrameOrderOptions = z.infer<typeof FrameOrderOptions>;

/** The levels that noise may have. */
export const LOWEST_NOISE = 0.01;
export const HIGHEST_NOISE = 0.95;

/** What an image loses before it is to be restored. */
export const Noise = z.strictObject({
  kind: z.enum(["gaussian", "masking", "salt-and-pepper"]).default("gaussian").describe(
    "gaussian: normal noise on each value; masking: pixels turned to the mean; salt-and-pepper: " +
      "pixels turned black or white",
  ),
  level: z.number().min(LOWEST_NOISE).max(HIGHEST_NOISE).default(0.2)
    .describe("Standard deviation, of values in 0..1; or the share of pixels"),
});
export type Noise = z.infer<typeof Noise>;

/** Autoencoder: the image from its features. */
export const AutoencoderOptions = z.strictObject({ name: z.literal("autoencoder") })
  .describe("The image from its features");
export type AutoencoderOptions = z.infer<typeof AutoencoderOptions>;

const noise = Noise.default({ kind: "gaussian", level: 0.2 });

/** Denoising autoencoder (Vincent et al. 2008): the clean image from a noisy one's features. */
export const DenoisingAutoencoderOptions = z.strictObject({
  name: z.literal("denoising-autoencoder"),
  noise,
}).describe(
  "The clean image from a noisy one (Vincent et al. 2008)",
);
export type DenoisingAutoencoderOptions = z.infer<typeof DenoisingAutoencoderOptions>;

/** Stacked denoising autoencoder (Vincent et al. 2010): stage by stage, then as a whole. */
export const StackedDenoisingAutoencoderOptions = z.strictObject({
  name: z.literal("stacked-denoising-autoencoder"),
  noise,
  pretraining: z.number().min(0).max(0.9).default(0.4).describe(
    "Share of the run in which the encoder's stages are trained one after the other, each for an " +
      "equal part of it; the rest trains all of it",
  ),
}).describe(
  "The same, the encoder learning stage by stage before all of it does (Vincent et al. 2010)",
);
export type StackedDenoisingAutoencoderOptions = z.infer<typeof StackedDenoisingAutoencoderOptions>;

/** Context encoder (Pathak et al. 2016): what is in the hole? */
export const ContextEncoderOptions = z.strictObject({
  name: z.literal("context-encoder"),
  mask: z.enum(["centre", "random-block", "free-form"]).default("random-block").describe(
    "The hole: a square in the middle, blocks anywhere, or strokes of a brush anywhere",
  ),
  area: z.number().min(0.02).max(0.6).default(0.25)
    .describe("Share of the image that the hole takes: blocks and strokes are added up to it"),
  reconstructionWeight: z.number().gt(0).max(1).default(0.999)
    .describe("Weight of the reconstruction's error in the loss"),
  adversarialWeight: z.number().min(0).max(1).default(0.001)
    .describe("Weight of the adversarial loss; 0: without a discriminator"),
  overlap: z.number().min(0).max(0.2).default(0.06)
    .describe("Width of the rim around the hole that is predicted too, as a share of the side"),
  overlapWeight: z.number().min(0).max(100).default(1)
    .describe("Weight of the error in that rim, where that in the hole has 1"),
  discriminatorRate: z.number().min(0.001).max(10).default(0.1)
    .describe("Learning rate of the discriminator, as a share of the recipe's"),
  labelSmoothing: z.number().min(0).max(0.4).default(0.1)
    .describe("How much less than certain the discriminator is to be of what is real"),
}).describe(
  "What is in the hole? (Pathak et al. 2016)",
);
export type ContextEncoderOptions = z.infer<typeof ContextEncoderOptions>;

/** An objective by name with its options. */
export const ObjectiveSpec = z.discriminatedUnion("name", [
  SimclrOptions,
  RotationOptions,
  JigsawOptions,
  RelativePositionOptions,
  FrameOrderOptions,
  AutoencoderOptions,
  DenoisingAutoencoderOptions,
  StackedDenoisingAutoencoderOptions,
  ContextEncoderOptions,
]).superRefine((spec, context) => {
  if (spec.name === "frame-order" && spec.pan === 0 && spec.zoom === 1 && spec.turn === 0) {
    context.addIssue({
      code: "custom",
      path: ["pan"],
      message: "must be more than 0 where zoom is 1 and turn is 0: nothing would move",
      input: spec.pan,
    });
  }
  if (spec.name === "jigsaw" && spec.grid === 2 && spec.permutations > 24) {
    context.addIssue({
      code: "custom",
      path: ["permutations"],
      message: "must be at most 24 for a 2×2 grid, which has no more orders",
      input: spec.permutations,
    });
  }
}).meta({ id: "ObjectiveSpec", example: { name: "simclr", temperature: 0.5 } });
export type ObjectiveSpec = z.infer<typeof ObjectiveSpec>;
/** The objectives there are. */
export type ObjectiveName = ObjectiveSpec["name"];
export const OBJECTIVE_NAMES: readonly ObjectiveName[] = ObjectiveSpec.options.map(
  ({ shape }) => shape.name.value,
);

/** As requests give it: the name alone means its defaults. */
export const ObjectiveRequest = z.union([
  z.enum(OBJECTIVE_NAMES).transform((name) => ObjectiveSpec.parse({ name })),
  ObjectiveSpec,
]);
