/** Recipe: augmentations, optimiser and schedule of a training run. @module */
import { z } from "zod";
import { patchOf } from "./patch_of.ts";

const probability = z.number().min(0).max(1);
const range = (low: number, high: number) =>
  z.tuple([z.number().gt(low).max(high), z.number().gt(low).max(high)])
    .refine(([from, to]) => from <= to, "must be a range [low, high] with low <= high");

/** Random resized crop: area as a share of the image, aspect as width over height. */
export const CropOptions = z.strictObject({
  area: range(0, 1).default([0.08, 1]),
  aspect: range(0, 10).default([3 / 4, 4 / 3]),
});
export type CropOptions = z.infer<typeof CropOptions>;

/** Colour jitter: strengths as torchvision's ColorJitter takes them, in random order. */
export const JitterOptions = z.strictObject({
  probability: probability.default(0.8),
  brightness: z.number().min(0).max(2).default(0.4),
  contrast: z.number().min(0).max(2).default(0.4),
  saturation: z.number().min(0).max(2).default(0.4),
  hue: z.number().min(0).max(0.5).default(0.1),
});
export type JitterOptions = z.infer<typeof JitterOptions>;

/** Gaussian blur with a kernel of a tenth of the side, odd and at least 3 pixels. */
export const BlurOptions = z.strictObject({
  probability: probability.default(0.5),
  sigma: range(0, 100).describe("Standard deviation, pixels; drawn uniformly").default([0.1, 2]),
});
export type BlurOptions = z.infer<typeof BlurOptions>;

/** Gaussian noise on each value, clipped to 0..1. */
export const NoiseOptions = z.strictObject({
  probability: probability.default(0.5),
  sigma: range(0, 1).describe("Standard deviation, of values in 0..1; drawn uniformly")
    .default([0.02, 0.1]),
});
export type NoiseOptions = z.infer<typeof NoiseOptions>;

/** Cutout: a square of mean grey anywhere, also over the edge. */
export const CutoutOptions = z.strictObject({
  probability: probability.default(0.5),
  size: range(0, 1).describe("Side, as a share of the image's; drawn uniformly")
    .default([0.25, 0.5]),
});
export type CutoutOptions = z.infer<typeof CutoutOptions>;

/** What is done to an image to get a view of it; null leaves a step out. */
export const AugmentOptions = z.strictObject({
  crop: CropOptions.nullable().default({ area: [0.08, 1], aspect: [3 / 4, 4 / 3] }),
  flip: probability.describe("Probability of a left-right mirror image").default(0.5),
  jitter: JitterOptions.nullable().default({
    probability: 0.8,
    brightness: 0.4,
    contrast: 0.4,
    saturation: 0.4,
    hue: 0.1,
  }),
  grey: probability.describe("Probability of dropping the colour").default(0.2),
  rotate90: probability.describe("Probability of a turn by 90, 180 or 270 degrees").default(0),
  tilt: z.number().min(0).max(180)
    .describe("Most degrees of a rotation by any angle, either way; corners are filled with black")
    .default(0),
  blur: BlurOptions.nullable().default(null),
  sobel: probability.describe("Probability of leaving nothing but edges").default(0),
  noise: NoiseOptions.nullable().default(null),
  cutout: CutoutOptions.nullable().default(null),
});
export type AugmentOptions = z.infer<typeof AugmentOptions>;

/**
 * What a request replaces of a preset's augmentations, at every depth. Not
 * `AugmentOptions.partial()`: that fills every field left out with its default, which would replace
 * the preset's own value.
 */
export const AugmentPatch = z.strictObject({
  crop: patchOf(CropOptions).nullable(),
  flip: AugmentOptions.shape.flip.unwrap(),
  jitter: patchOf(JitterOptions).nullable(),
  grey: AugmentOptions.shape.grey.unwrap(),
  rotate90: AugmentOptions.shape.rotate90.unwrap(),
  tilt: AugmentOptions.shape.tilt.unwrap(),
  blur: patchOf(BlurOptions).nullable(),
  sobel: AugmentOptions.shape.sobel.unwrap(),
  noise: patchOf(NoiseOptions).nullable(),
  cutout: patchOf(CutoutOptions).nullable(),
}).partial();
export type AugmentPatch = z.infer<typeof AugmentPatch>;

/** The highest learning rate that makes any sense, and the longest warm-up, as a share of a run. */
export const HIGHEST_LEARNING_RATE = 100;
export const LONGEST_WARMUP = 0.9;

const momentum = z.number().min(0).lt(1).default(0.9);
const nesterov = z.boolean().describe("Look ahead along the velocity").default(false);

/** What every optimiser has. */
function optimizerOptions<Name extends string>(
  name: Name,
  defaults: { learningRate: number; weightDecay: number; decay: string },
) {
  return {
    name: z.literal(name),
    learningRate: z.number().gt(0).max(HIGHEST_LEARNING_RATE)
      .describe("The highest of the run, before it is scaled").default(defaults.learningRate),
    scaling: z.enum(["none", "linear", "sqrt"]).describe(
      "How the learning rate follows the batch size B: as it is, times B / 256 (Goyal et al. " +
        "2017), or times √(B / 256) (Krizhevsky 2014). A job's spec shows the scaled rate, and none",
    ).default("none"),
    weightDecay: z.number().min(0).max(1).describe(defaults.decay).default(defaults.weightDecay),
    exclude: z.enum(["norm-and-bias", "none"])
      .describe("Which weights are left alone by weight decay, and by LARS's adaptation")
      .default("norm-and-bias"),
  };
}

function adamOptions<Name extends string>(
  name: Name,
  defaults: Parameters<typeof optimizerOptions>[1],
) {
  return z.strictObject({
    ...optimizerOptions(name, defaults),
    beta1: z.number().min(0).lt(1).describe("Decay of the first moment").default(0.9),
    beta2: z.number().min(0).lt(1).describe("Decay of the second moment").default(0.999),
    epsilon: z.number().gt(0).max(1).default(1e-8),
  });
}

/** How gradients change weights. */
export const OptimizerOptions = z.discriminatedUnion("name", [
  adamOptions("adam", {
    learningRate: 1e-3,
    weightDecay: 1e-6,
    decay: "L2, added to the gradient",
  }),
  adamOptions("adamw", {
    learningRate: 1e-3,
    weightDecay: 1e-2,
    decay: "Times the learning rate, what weights lose in a step (Loshchilov & Hutter 2019)",
  }),
  z.strictObject({
    ...optimizerOptions("sgd", {
      learningRate: 0.06,
      weightDecay: 5e-4,
      decay: "L2, added to the gradient",
    }),
    momentum,
    nesterov,
  }),
  // You et al. 2017; values of Chen et al. 2020, section 2.2 and appendix B.
  z.strictObject({
    ...optimizerOptions("lars", {
      learningRate: 0.3,
      weightDecay: 1e-6,
      decay: "L2, added to the gradient before its norm is taken",
    }),
    momentum,
    nesterov,
    trust: z.number().gt(0).max(1)
      .describe("How far a step of rate 1 goes, as a share of the weights' norm").default(1e-3),
  }),
]);
export type OptimizerOptions = z.infer<typeof OptimizerOptions>;

/** The fields of each optimiser of a union. */
type FieldsOf<Options> = Options extends unknown ? Omit<Options, "name"> : never;
type All<Union> = (Union extends unknown ? (value: Union) => void : never) extends
  (value: infer Intersection) => void ? Intersection : never;
type OptimizerFields = All<FieldsOf<OptimizerOptions>>;

/**
 * What a request replaces of a preset's optimiser without naming one: fields of any of them.
 * Whether the preset's has them is for `resolve_recipe.ts` to say.
 */
export type OptimizerPatch = { [Key in keyof OptimizerFields]?: OptimizerFields[Key] | undefined };

const { name: _name, ...optimizerFields } = Object.assign(
  {},
  ...OptimizerOptions.options.map(({ shape }) => shape),
) as z.core.$ZodLooseShape;
export const OptimizerPatch = patchOf(z.strictObject(optimizerFields)) as z.ZodType<OptimizerPatch>;

/** How the learning rate goes: linear warm-up from 0, then constant or half a cosine to 0. */
export const ScheduleOptions = z.strictObject({
  name: z.enum(["cosine", "constant"]).default("cosine"),
  warmup: z.number().min(0).max(LONGEST_WARMUP).describe("Share of the run spent warming up")
    .default(0.05),
  warmupEpochs: z.number().gt(0).max(100_000).nullable().describe(
    "Epochs spent warming up, instead of a share; at most 0.9 of the run. A job's spec shows the " +
      "share, and null",
  ).default(null),
});
export type ScheduleOptions = z.infer<typeof ScheduleOptions>;

/** What a request replaces of a preset's schedule; see {@linkcode AugmentPatch}. */
export const SchedulePatch = z.strictObject({
  name: ScheduleOptions.shape.name.unwrap(),
  warmup: ScheduleOptions.shape.warmup.unwrap(),
  warmupEpochs: ScheduleOptions.shape.warmupEpochs.unwrap(),
}).partial().superRefine(({ warmup, warmupEpochs }, context) => {
  if (warmup === undefined || (warmupEpochs ?? null) === null) return;
  context.addIssue({
    code: "custom",
    path: ["warmupEpochs"],
    message: "must be left out where warmup is given",
    input: warmupEpochs,
  });
});
export type SchedulePatch = z.infer<typeof SchedulePatch>;

/** Everything about a run that is neither data nor network nor objective. */
export const Recipe = z.object({
  augment: AugmentOptions,
  optimizer: OptimizerOptions,
  schedule: ScheduleOptions,
}).meta({ id: "Recipe" });
export type Recipe = z.infer<typeof Recipe>;

/** Named recipes. */
export const RecipePreset = z.enum([
  "simclr-cifar",
  "simclr-cifar-lars",
  "simclr-imagenet",
  "simclr-short",
  "simclr-small",
  "simclr-gray",
  "rotation",
  "jigsaw",
  "relative-position",
  "frame-order",
  "autoencoder",
  "context-encoder",
]);
export type RecipePreset = z.infer<typeof RecipePreset>;

/** As requests give it: a preset by name, or a preset with parts of it replaced. */
export const RecipeRequest = z.union([
  RecipePreset,
  z.strictObject({
    preset: RecipePreset.optional().describe("Default: the objective's own"),
    augment: AugmentPatch.optional(),
    optimizer: z.union([OptimizerPatch, OptimizerOptions]).optional()
      .describe("With a name, another optimiser; without, fields of the preset's"),
    schedule: SchedulePatch.optional(),
  }),
]).meta({ id: "RecipeRequest", example: "simclr-cifar" });
export type RecipeRequest = z.infer<typeof RecipeRequest>;
