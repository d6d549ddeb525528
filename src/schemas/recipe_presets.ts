/**
 * The named recipes. Where each value is from is said in `recipe_cards.ts`.
 *
 * @module
 */
import { colourJitter } from "./colour_jitter.ts";
import {
  AugmentOptions,
  OptimizerOptions,
  Recipe,
  type RecipePreset,
  ScheduleOptions,
} from "./recipe.ts";

/** Mirror images and slight crops of at least that share of the area; colours as they are. */
function slightCrops(area: number): AugmentOptions {
  return AugmentOptions.parse({
    crop: { area: [area, 1], aspect: [3 / 4, 4 / 3] },
    jitter: null,
    grey: 0,
  });
}

const SIMCLR_LARS = OptimizerOptions.parse({
  name: "lars",
  learningRate: 0.3,
  scaling: "linear",
  weightDecay: 1e-6,
});

const PRESETS: Record<RecipePreset, Recipe> = {
  "simclr-cifar": Recipe.parse({
    augment: AugmentOptions.parse({ jitter: colourJitter(0.5) }),
    optimizer: OptimizerOptions.parse({ name: "adam", learningRate: 2e-3 }),
    schedule: ScheduleOptions.parse({}),
  }),
  "simclr-cifar-lars": Recipe.parse({
    augment: AugmentOptions.parse({ jitter: colourJitter(0.5) }),
    optimizer: SIMCLR_LARS,
    schedule: ScheduleOptions.parse({ warmup: 0.1 }),
  }),
  "simclr-imagenet": Recipe.parse({
    augment: AugmentOptions.parse({ jitter: colourJitter(1), blur: { probability: 0.5 } }),
    optimizer: SIMCLR_LARS,
    schedule: ScheduleOptions.parse({ warmup: 0.1 }),
  }),
  "simclr-short": Recipe.parse({
    augment: AugmentOptions.parse({
      crop: { area: [0.2, 1], aspect: [3 / 4, 4 / 3] },
      jitter: colourJitter(0.5),
    }),
    optimizer: OptimizerOptions.parse({ name: "adam", learningRate: 4e-3 }),
    schedule: ScheduleOptions.parse({}),
  }),
  "simclr-small": Recipe.parse({
    augment: AugmentOptions.parse({
      crop: { area: [0.4, 1], aspect: [3 / 4, 4 / 3] },
      jitter: colourJitter(0.5),
    }),
    optimizer: OptimizerOptions.parse({ name: "adam", learningRate: 2e-3, weightDecay: 1e-4 }),
    schedule: ScheduleOptions.parse({ warmup: 0.15 }),
  }),
  "simclr-gray": Recipe.parse({
    augment: AugmentOptions.parse({
      crop: { area: [0.5, 1], aspect: [0.6, 1.6] },
      flip: 0,
      jitter: { probability: 0.8, brightness: 0.4, contrast: 0.4, saturation: 0, hue: 0 },
      grey: 0,
      tilt: 20,
    }),
    optimizer: OptimizerOptions.parse({ name: "adam", learningRate: 6e-3 }),
    schedule: ScheduleOptions.parse({}),
  }),
  "rotation": Recipe.parse({
    augment: slightCrops(0.6),
    optimizer: OptimizerOptions.parse({ name: "adam", learningRate: 2e-3, weightDecay: 5e-4 }),
    schedule: ScheduleOptions.parse({}),
  }),
  "jigsaw": Recipe.parse({
    augment: AugmentOptions.parse({
      crop: { area: [0.6, 1], aspect: [3 / 4, 4 / 3] },
      jitter: colourJitter(0.25),
      grey: 0.3,
    }),
    optimizer: OptimizerOptions.parse({ name: "adam", learningRate: 1e-3, weightDecay: 5e-4 }),
    schedule: ScheduleOptions.parse({}),
  }),
  "relative-position": Recipe.parse({
    augment: slightCrops(0.6),
    optimizer: OptimizerOptions.parse({ name: "adam", learningRate: 2e-3, weightDecay: 5e-4 }),
    schedule: ScheduleOptions.parse({}),
  }),
  // The same for all frames of an item, so only slight: in what order they are is not a matter
  // of colour.
  "frame-order": Recipe.parse({
    augment: slightCrops(0.7),
    optimizer: OptimizerOptions.parse({ name: "adam", learningRate: 2e-3, weightDecay: 5e-4 }),
    schedule: ScheduleOptions.parse({}),
  }),
  // Mirrored and cropped a little; what is to be given back are the colours as they are.
  "autoencoder": Recipe.parse({
    augment: slightCrops(0.6),
    optimizer: OptimizerOptions.parse({ name: "adam", learningRate: 2e-3 }),
    schedule: ScheduleOptions.parse({}),
  }),
  "context-encoder": Recipe.parse({
    augment: slightCrops(0.6),
    optimizer: OptimizerOptions.parse({ name: "adam", learningRate: 2e-3 }),
    schedule: ScheduleOptions.parse({}),
  }),
};

/** The preset of that name; a fresh copy. */
export function recipePreset(name: RecipePreset): Recipe {
  return structuredClone(PRESETS[name]);
}
