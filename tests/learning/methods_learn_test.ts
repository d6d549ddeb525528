/**
 * Each method learns something that an untrained network does not know, on images made for it.
 *
 * @module
 */
import { assertEquals, assertGreater } from "@std/assert";
import type { ItemSource } from "../../src/data/item_source.ts";
import { packFrames } from "../../src/datasets/pack_frames.ts";
import { encodePng } from "../../src/images/encode_png.ts";
import { FRAMES_MEDIA_TYPE } from "../../src/images/unpack_frames.ts";
import { Random } from "../../src/random.ts";
import type { AugmentOptions, Recipe } from "../../src/schemas/recipe.ts";
import { selectBackend } from "../../src/tensor/backend.ts";
import { syntheticSource } from "../support/synthetic_images.ts";
import { runTraining, trainSpec } from "../support/train_spec.ts";

const data = syntheticSource(240, 16, 3);
const evaluation = syntheticSource(120, 16, 3, { first: 1000 });
const judged = {
  evaluationDataset: "ds_0000000000000001",
  evaluate: { queries: 120, bank: 240 },
  batchSize: 32,
};

/** The usual recipe with other augmentations. */
function augmented(patch: Partial<AugmentOptions>): Recipe {
  const { recipe } = trainSpec();
  return { ...recipe, augment: { ...recipe.augment, ...patch } };
}

function faster(spec: ReturnType<typeof trainSpec>): ReturnType<typeof trainSpec> {
  const optimizer = { ...spec.recipe.optimizer, learningRate: 5e-3 };
  return { ...spec, recipe: { ...spec.recipe, optimizer } };
}

Deno.test("SimCLR: neighbours of the trained encoder share a class, the gain is clear", async () => {
  await selectBackend("wasm");
  const spec = faster(trainSpec({
    ...judged,
    objective: { name: "simclr", temperature: 0.2 },
    budget: { steps: 120 },
    recipe: {
      ...trainSpec().recipe,
      augment: {
        ...trainSpec().recipe.augment,
        crop: { area: [0.3, 1], aspect: [3 / 4, 4 / 3] },
      },
    },
  }));
  const { result } = await runTraining(spec, data, { evaluation });
  const { trained, untrained } = result.card.evaluation!;
  assertGreater(trained.value, 0.9);
  assertGreater(trained.low, untrained.high);
});

Deno.test("SimCLR with rotation beside it: one encoder learns both", async () => {
  await selectBackend("wasm");
  const spec = faster(trainSpec({
    ...judged,
    objectives: [
      { spec: { name: "simclr", temperature: 0.2 }, weight: 1 },
      { spec: { name: "rotation", rotations: 1 }, weight: 0.5 },
    ],
    budget: { steps: 200 },
    recipe: augmented({ crop: { area: [0.5, 1], aspect: [3 / 4, 4 / 3] } }),
  }));
  const { result } = await runTraining(spec, data, { evaluation });
  const { trained, untrained } = result.card.evaluation!;
  assertGreater(trained.low, untrained.high);
  // Of 120 views, an untrained head has 25 ± 8 % right.
  assertGreater(result.card.heads.rotation!.rotationAccuracy!, 0.35);
});

Deno.test("rotation: held-out images are turned the right way far above chance", async () => {
  await selectBackend("wasm");
  const spec = faster(trainSpec({
    ...judged,
    objective: { name: "rotation" },
    budget: { steps: 100 },
    recipe: augmented({ crop: null, jitter: null, grey: 0 }),
  }));
  const { result } = await runTraining(spec, data, { evaluation });
  // Quadrants, bars tell all four turns apart; crosses and rings tell none: 62.5 % is perfect.
  // Of 480 views, an untrained head has 25 ± 4 % right.
  assertGreater(result.card.heads.rotation!.rotationAccuracy!, 0.4);
});

Deno.test("jigsaw: held-out puzzles are solved far above chance", async () => {
  await selectBackend("wasm");
  const spec = faster(trainSpec({
    ...judged,
    objective: { name: "jigsaw", permutations: 4 },
    budget: { steps: 200 },
    preprocessing: { size: 24, channels: 3, mean: 0.5, standardDeviation: 0.25 },
    recipe: augmented({ crop: null, flip: 0, jitter: null, grey: 0 }),
  }));
  const { result } = await runTraining(spec, data, { evaluation });
  assertGreater(result.card.heads.jigsaw!.jigsawAccuracy!, 0.45);
});

Deno.test("relative position: neighbours of held-out images are told far above chance", async () => {
  await selectBackend("wasm");
  const spec = faster(trainSpec({
    ...judged,
    objective: { name: "relative-position" },
    budget: { steps: 200 },
    preprocessing: { size: 24, channels: 3, mean: 0.5, standardDeviation: 0.25 },
    recipe: augmented({ crop: null, flip: 0, jitter: null, grey: 0 }),
  }));
  const { result } = await runTraining(spec, data, { evaluation });
  assertGreater(result.card.heads["relative-position"]!.relativePositionAccuracy!, 0.35);
});

Deno.test("frame order: middle frames of held-out clips are told from others far above chance", async () => {
  await selectBackend("wasm");
  const spec = faster(trainSpec({
    ...judged,
    objective: { name: "frame-order" },
    budget: { steps: 120 },
    recipe: augmented({ crop: null, jitter: null, grey: 0 }),
  }));
  const { result } = await runTraining(spec, data, { evaluation });
  // Of 240 triplets, an untrained head has 50 ± 3 % right.
  assertGreater(result.card.heads["frame-order"]!.frameOrderAccuracy!, 0.65);
});

Deno.test("frame order: it is learned from clips that are clips", async () => {
  await selectBackend("wasm");
  const spec = faster(trainSpec({
    ...judged,
    objective: { name: "frame-order", frames: 8 },
    frames: 8,
    budget: { steps: 120 },
    recipe: augmented({ crop: null, jitter: null, grey: 0 }),
  }));
  const { result } = await runTraining(spec, movingDots(240, 0), {
    evaluation: movingDots(120, 1000),
  });
  assertGreater(result.card.heads["frame-order"]!.frameOrderAccuracy!, 0.65);
});

/** Clips of a dot that moves on from left to right or back, over noise of its own. */
function movingDots(count: number, first: number): ItemSource {
  const side = 16;
  const frame = (index: number, k: number) => {
    const path = new Random(7).stream("dot", [first + index]);
    const [y, from, step] = [path.integer(12), path.integer(3), 1 + path.uniform(0, 0.4)];
    const x = Math.round(path.bernoulli(0.5) ? from + k * step : 13 - from - k * step);
    const noise = new Random(8).stream("noise", [first + index, k]);
    const pixels = Uint8Array.from({ length: side * side * 3 }, () => noise.integer(40));
    for (let row = y; row < y + 4; row++) {
      for (let column = x; column < x + 3; column++) {
        if (column >= 0 && column < side) {
          pixels.fill(220, 3 * (row * side + column), 3 * (row * side + column + 1));
        }
      }
    }
    return encodePng({ pixels, width: side, height: side, channels: 3 });
  };
  return {
    count,
    digest: `dots-${first}-${count}`,
    label: (index) => index % 2 === 0 ? "even" : "odd",
    itemDigest: (index) => `dot-${first + index}`,
    read: async (index) => ({
      bytes: packFrames(await Promise.all(Array.from({ length: 8 }, (_, k) => frame(index, k)))),
      mediaType: FRAMES_MEDIA_TYPE,
    }),
  };
}
/** Of the objectives that give images back: images as they are, and a little more room. */
function restoring(
  objective: unknown,
  steps: number,
  parts: Parameters<typeof trainSpec>[0] = {},
): ReturnType<typeof trainSpec> {
  const recipe = trainSpec().recipe;
  return faster(trainSpec({
    ...judged,
    objective,
    budget: { steps },
    encoder: { name: "small_conv", width: 8 },
    recipe: {
      ...recipe,
      augment: { ...recipe.augment, crop: null, flip: 0, jitter: null, grey: 0 },
    },
    ...parts,
  }));
}

/** A metric on held-out images. */
async function heldOut(spec: ReturnType<typeof trainSpec>, metric: string): Promise<number> {
  await selectBackend("wasm");
  const { result } = await runTraining(spec, data, { evaluation });
  return result.card.heads[spec.objectives[0]!.spec.name]![metric]!;
}

Deno.test("autoencoder: held-out images come back far better than their mean colour", async () => {
  const spec = restoring({ name: "autoencoder" }, 100);
  assertGreater(await heldOut(spec, "autoencoderPsnrGain"), 2);
});

for (const kind of ["gaussian", "masking", "salt-and-pepper"]) {
  Deno.test(`denoising autoencoder: held-out images lose their ${kind} noise`, async () => {
    const noise = { kind, level: 0.3 };
    const spec = restoring({ name: "denoising-autoencoder", noise }, 100);
    assertGreater(await heldOut(spec, "denoisingPsnrGain"), 2);
  });
}

Deno.test("stacked denoising autoencoder: after its stages, the whole takes noise off", async () => {
  const noise = { kind: "gaussian", level: 0.3 };
  const spec = restoring({ name: "stacked-denoising-autoencoder", noise }, 150);
  assertGreater(await heldOut(spec, "stackedPsnrGain"), 2);
});

for (const mask of ["centre", "random-block", "free-form"]) {
  Deno.test(`context encoder: ${mask} holes of held-out images are filled better than by the mean around`, async () => {
    const spec = restoring({ name: "context-encoder", mask }, 70);
    assertGreater(await heldOut(spec, "contextPsnrGain"), 2);
  });
}

Deno.test("context encoder: an adversary that learns too fast wins, and the verdict says so", async () => {
  await selectBackend("wasm");
  const objective = {
    name: "context-encoder",
    mask: "centre",
    discriminatorRate: 4,
    labelSmoothing: 0,
  };
  const { result } = await runTraining(restoring(objective, 140), data, { evaluation });
  assertGreater(result.card.final.adversaryAccuracy!, 0.9);
  assertEquals(result.card.health!.verdict, "outplayed");
});
