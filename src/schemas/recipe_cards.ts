/**
 * Recipe cards: what each named recipe is for, and where each of its values is from.
 *
 * @module
 */
import { z } from "zod";
import { Recipe, RecipePreset } from "./recipe.ts";
import { recipePreset } from "./recipe_presets.ts";

/** A preset as `GET /v1/recipes` shows it. */
export const RecipeCard = z.object({
  name: RecipePreset,
  about: z.string().describe("What it is for"),
  recipe: Recipe,
  sources: z.record(z.string(), z.string())
    .describe("Where each value is from, by its path; a path stands for all below it"),
}).meta({ id: "RecipeCard" });
export type RecipeCard = z.infer<typeof RecipeCard>;

const STUDY = "Chen et al. 2020, figure 5: adds nothing to crop and colour";
/** What the recipes of SimCLR leave out, and why. */
const UNUSED = {
  "augment.rotate90": STUDY,
  "augment.tilt": "ours, for subjects that lean",
  "augment.blur": "Chen et al. 2020, appendix B.9: left out at 32 pixels",
  "augment.sobel": STUDY,
  "augment.noise": STUDY,
  "augment.cutout": STUDY,
};
const PHOTOGRAPHS = {
  ...UNUSED,
  "augment.crop": "Chen et al. 2020, appendix A: area 0.08 to 1, aspect 3/4 to 4/3",
  "augment.flip": "Chen et al. 2020, appendix A",
  "augment.jitter": "Chen et al. 2020, appendices A and B.9: probability 0.8, strength 0.5",
  "augment.grey": "Chen et al. 2020, appendix A",
};
const SHORT_WARMUP =
  "Chen et al. 2020, section 2.2: warm-up, then a cosine to 0; the share is ours";

const LARS = {
  optimizer: "Chen et al. 2020, sections 2.2 and B.6: LARS, 0.3 B / 256, weight decay 1e-6, none " +
    "on norms and biases",
  schedule:
    "Chen et al. 2020, section 2.2: warm-up for ten of a hundred epochs, then a cosine to 0",
};

const FEW =
  "measured on 1,024 images of CIFAR-10, resnet8, 60 epochs, three seeds: crops from 0.4, " +
  "weight decay 1e-4 and a warm-up of 0.15 together, kNN + 3.3 points to simclr-cifar";

const CARDS: Record<RecipePreset, Pick<RecipeCard, "about" | "sources">> = {
  "simclr-cifar": {
    about: "SimCLR on small photographs in colour; the default of images in colour",
    sources: {
      ...PHOTOGRAPHS,
      optimizer:
        "ours: Adam at 0.002 suits short runs with batches of hundreds; the paper's LARS " +
        "is for batches of thousands",
      schedule: SHORT_WARMUP,
    },
  },
  "simclr-cifar-lars": {
    about: "SimCLR on small photographs with big batches, for a hundred epochs and more on a GPU",
    sources: { ...PHOTOGRAPHS, ...LARS },
  },
  "simclr-imagenet": {
    about: "SimCLR on large photographs (128 pixels and more) with big batches on a GPU",
    sources: {
      ...PHOTOGRAPHS,
      "augment.jitter": "Chen et al. 2020, appendix A: probability 0.8, strength 1",
      "augment.blur": "Chen et al. 2020, appendix A: probability 0.5, sigma 0.1 to 2, kernel 10 %",
      ...LARS,
    },
  },
  "simclr-short": {
    about: "SimCLR on small photographs for minutes: views that have more in common, a higher rate",
    sources: {
      ...PHOTOGRAPHS,
      "augment.crop":
        "measured on CIFAR-10, resnet8, 400 steps of 256: area from 0.2 instead of 0.08, kNN " +
        "+ 0.6 points",
      optimizer: "measured likewise: Adam at 0.004 instead of 0.002, kNN + 1.5 points",
      schedule: SHORT_WARMUP,
    },
  },
  "simclr-small": {
    about: "SimCLR on few photographs, a thousand or so",
    sources: {
      ...PHOTOGRAPHS,
      "augment.crop": FEW,
      optimizer: FEW,
      schedule: FEW,
    },
  },
  "simclr-gray": {
    about: "SimCLR on grey images of things with a side, as digits; the default of grey images",
    sources: {
      ...UNUSED,
      "augment.crop": "ours: enough of a stroke stays to tell what it was",
      "augment.flip": "ours: a mirrored 2 is no 2",
      "augment.jitter": "Chen et al. 2020, appendix A: strength 0.5, without colour",
      "augment.grey": "there is no colour to drop",
      "augment.tilt": "measured on MNIST, small_conv, 500 steps of 128: kNN + 0.8 points",
      optimizer: "measured likewise: Adam at 0.006 instead of 0.002, kNN + 0.9 points",
      schedule: SHORT_WARMUP,
    },
  },
  "rotation": {
    about: "Which way is up; the default of the rotation objective",
    sources: {
      augment:
        "Gidaris et al. 2018, section 3: mirror and slight crops; colour does not say which " +
        "way is up",
      optimizer: "ours: Adam at 0.002; the weight decay of Gidaris et al. 2018, section 3.1",
      schedule: SHORT_WARMUP,
    },
  },
  "jigsaw": {
    about: "Which tile goes where; the default of the jigsaw objective",
    sources: {
      augment:
        "Noroozi & Favaro 2016, section 3.3: some grey and jitter, so that colours that go " +
        "on from tile to tile do not give the answer away",
      optimizer: "ours: Adam at 0.001, weight decay as for rotation",
      schedule: SHORT_WARMUP,
    },
  },
  "relative-position": {
    about: "Which neighbour a patch is; the default of the relative-position objective",
    sources: {
      augment:
        "Doersch et al. 2015: patches as they are, of slight crops, mirrored as a whole; what " +
        "colour gives away is the objective's own business",
      optimizer: "ours: as for rotation",
      schedule: SHORT_WARMUP,
    },
  },
  "frame-order": {
    about: "Which frame lies between two others; the default of the frame-order objective",
    sources: {
      augment: "ours: slight crops and mirror images, the same for all frames of a triplet, so " +
        "that nothing but time tells them apart",
      optimizer: "ours: as for rotation",
      schedule: SHORT_WARMUP,
    },
  },
  "autoencoder": {
    about: "What an image looks like; the default of the three autoencoders",
    sources: {
      augment: "ours: mirror and slight crops; colours are part of what is to be given back",
      optimizer: "ours: Adam at 0.002, as for the other short runs",
      schedule: SHORT_WARMUP,
    },
  },
  "context-encoder": {
    about: "What is in the hole; the default of the context-encoder objective",
    sources: {
      augment: "ours: mirror and slight crops; Pathak et al. 2016 crop at random too, and leave " +
        "colours as they are",
      optimizer:
        "ours: Adam at 0.002; Pathak et al. 2016, section 4, take Adam as well, and a tenth of " +
        "the rate for the discriminator",
      schedule: SHORT_WARMUP,
    },
  },
};

/** Every preset, in the order of their names' schema. */
export function recipeCards(): RecipeCard[] {
  return RecipePreset.options.map((name) => ({
    name,
    ...CARDS[name],
    recipe: recipePreset(name),
  }));
}
