/** Objective: the pretext task whose loss trains the encoder. @module */
import { z } from "zod";

/** SimCLR (Chen et al. 2020): two views of each image, NT-Xent on the projections z. */
export const SimclrOptions = z.strictObject({
  name: z.literal("simclr"),
  temperature: z.number().min(0.01).max(10).default(0.5),
  projectionHidden: z.int().min(8).max(4096).default(128)
    .describe("Units of the projection head's hidden layer"),
  projectionDimension: z.int().min(4).max(1024).default(64).describe("Dimension of z"),
});
export type SimclrOptions = z.infer<typeof SimclrOptions>;

/** Rotation (Gidaris et al. 2018): by which multiple of 90 degrees was the image turned? */
export const RotationOptions = z.strictObject({
  name: z.literal("rotation"),
  rotations: z.union([z.literal(4), z.literal(1)]).default(4)
    .describe("Turns of each image in a batch: all four, or one drawn at a quarter of the cost"),
});
export type RotationOptions = z.infer<typeof RotationOptions>;

/** Jigsaw (Noroozi & Favaro 2016): in which of `permutations` orders are the tiles? */
export const JigsawOptions = z.strictObject({
  name: z.literal("jigsaw"),
  grid: z.union([z.literal(2), z.literal(3)]).default(2).describe("Tiles a side"),
  permutations: z.int().min(2).max(1000).default(24)
    .describe("Size of the permutation set, at most 24 for a 2×2 grid"),
  gap: z.number().min(0).max(0.4).default(0.1)
    .describe("Share of a cell's side left out between tiles, against continuity shortcuts"),
  normalise: z.boolean().default(true)
    .describe("Give each tile mean 0 and spread 1, so that brightness tells no neighbours"),
  hidden: z.int().min(8).max(4096).default(128)
    .describe("Units of the layer over the concatenated tiles"),
});
export type JigsawOptions = z.infer<typeof JigsawOptions>;

/** Relative position (Doersch et al. 2015): which neighbour of the centre is this patch? */
export const RelativePositionOptions = z.strictObject({
  name: z.literal("relative-position"),
  neighbours: z.union([z.literal(8), z.literal(1)]).default(8)
    .describe("Questions an image: all eight neighbours of the centre, or one that is drawn"),
  gap: z.number().min(0).max(0.4).default(0.2)
    .describe("Share of a cell's side left out between patches, which lie anywhere within it"),
  colours: z.enum(["drop", "project", "keep"]).default("project").describe(
    "Against the chromatic shortcut: keep one channel and noise, take out green against magenta, " +
      "or nothing",
  ),
  hidden: z.int().min(8).max(4096).default(128)
    .describe("Units of the layer over the two patches' features"),
});
export type RelativePositionOptions = z.infer<typeof RelativePositionOptions>;

/** An objective by name with its options. */
export const ObjectiveSpec = z.discriminatedUnion("name", [
  SimclrOptions,
  RotationOptions,
  JigsawOptions,
  RelativePositionOptions,
]).superRefine((spec, context) => {
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

/** As requests give it: the name alone means its defaults. */
export const ObjectiveRequest = z.union([
  z.enum(["simclr", "rotation", "jigsaw", "relative-position"]).transform((name) =>
    ObjectiveSpec.parse({ name })
  ),
  ObjectiveSpec,
]);
