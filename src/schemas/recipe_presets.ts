/**
 * The named recipes, each value with its source.
 *
 * @module
 */
import {
  AugmentOptions,
  OptimizerOptions,
  Recipe,
  type RecipePreset,
  type RecipeRequest,
  ScheduleOptions,
} from "./recipe.ts";

/** SimCLR's colour jitter at strength s: (0.8s, 0.8s, 0.8s, 0.2s) (Chen et al. 2020, appendix A). */
function colourJitter(s: number) {
  return {
    probability: 0.8,
    brightness: 0.8 * s,
    contrast: 0.8 * s,
    saturation: 0.8 * s,
    hue: 0.2 * s,
  };
}

const PRESETS: Record<RecipePreset, Recipe> = {
  // Chen et al. 2020, appendix B.9: s = 0.5, no blur. Adam at 2e-3 suits the short runs of one
  // machine; the paper's LARS is for batches of thousands.
  "simclr-cifar": Recipe.parse({
    augment: AugmentOptions.parse({ jitter: colourJitter(0.5) }),
    optimizer: OptimizerOptions.parse({ name: "adam", learningRate: 2e-3 }),
    schedule: ScheduleOptions.parse({}),
  }),
  // Grey images of things with a side: no mirror (a mirrored 2 is no 2), no colour, crops that keep
  // enough of a stroke to tell what it was, and a tilt, since hands lean. Measured on MNIST with
  // small_conv (kNN after 500 steps of 128): rate 2e-3 → 6e-3 gained 0.9 points, the tilt 0.8.
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
  // Gidaris et al. 2018, section 3: mirror and slight crops; colour says nothing about "up".
  "rotation": Recipe.parse({
    augment: AugmentOptions.parse({
      crop: { area: [0.6, 1], aspect: [3 / 4, 4 / 3] },
      jitter: null,
      grey: 0,
    }),
    optimizer: OptimizerOptions.parse({ name: "adam", learningRate: 2e-3, weightDecay: 5e-4 }),
    schedule: ScheduleOptions.parse({}),
  }),
  // Noroozi & Favaro 2016, section 3.3: grey for a share of the images and jittered colour, so that
  // chromatic aberration and colour continuity do not give the answer away.
  "jigsaw": Recipe.parse({
    augment: AugmentOptions.parse({
      crop: { area: [0.6, 1], aspect: [3 / 4, 4 / 3] },
      jitter: colourJitter(0.25),
      grey: 0.3,
    }),
    optimizer: OptimizerOptions.parse({ name: "adam", learningRate: 1e-3, weightDecay: 5e-4 }),
    schedule: ScheduleOptions.parse({}),
  }),
  // Doersch et al. 2015: patches of the image as it is, mirrored here (left then becomes right for
  // both patches alike); what colour gives away is the objective's own business.
  "relative-position": Recipe.parse({
    augment: AugmentOptions.parse({
      crop: { area: [0.6, 1], aspect: [3 / 4, 4 / 3] },
      jitter: null,
      grey: 0,
    }),
    optimizer: OptimizerOptions.parse({ name: "adam", learningRate: 2e-3, weightDecay: 5e-4 }),
    schedule: ScheduleOptions.parse({}),
  }),
};

/** The preset of that name; a fresh copy. */
export function recipePreset(name: RecipePreset): Recipe {
  return structuredClone(PRESETS[name]);
}

/** What a request means: its preset (or `fallback`) with the given parts replaced. */
export function resolveRecipe(request: RecipeRequest | undefined, fallback: RecipePreset): Recipe {
  if (request === undefined) return recipePreset(fallback);
  if (typeof request === "string") return recipePreset(request);
  const base = recipePreset(request.preset ?? fallback);
  // A warm-up in epochs goes before one as a share: whoever gives a share wants the preset's gone.
  const warmup = request.schedule?.warmup === undefined ? {} : { warmupEpochs: null };
  return Recipe.parse({
    augment: { ...base.augment, ...request.augment },
    optimizer: request.optimizer ?? base.optimizer,
    schedule: { ...base.schedule, ...warmup, ...request.schedule },
  });
}
