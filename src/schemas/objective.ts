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
  hidden: z.int().min(8).max(4096).default(128)
    .describe("Units of the layer over the concatenated tiles"),
});
export type JigsawOptions = z.infer<typeof JigsawOptions>;

/** An objective by name with its options. */
export const ObjectiveSpec = z.discriminatedUnion("name", [
  SimclrOptions,
  RotationOptions,
  JigsawOptions,
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
  z.enum(["simclr", "rotation", "jigsaw"]).transform((name) => ObjectiveSpec.parse({ name })),
  ObjectiveSpec,
]);
