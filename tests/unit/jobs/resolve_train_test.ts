import { assert, assertEquals, assertRejects } from "@std/assert";
import { InvalidError, NotFoundError } from "../../../src/errors.ts";
import { WASM_HEAP_BYTES } from "../../../src/jobs/step_memory.ts";
import { resolveTrain } from "../../../src/jobs/resolve_train.ts";
import { recipePreset } from "../../../src/schemas/recipe_presets.ts";
import type { Model } from "../../../src/schemas/model.ts";
import { TrainRequest, TrainSpec } from "../../../src/schemas/train.ts";
import { type FakeDataset, fakeDatasets } from "../../support/datasets.ts";
import { fakeModel } from "../../support/models.ts";

type Body = Record<string, unknown>;

const PHOTOS: FakeDataset = { name: "photos", mediaType: "image/jpeg", width: 200, height: 300 };
const PLAIN: FakeDataset = { name: "plain", classes: {}, unlabelled: 1000 };

async function resolve(
  body: Body,
  given: FakeDataset[] = [{}],
  memoryBytes: number | null = WASM_HEAP_BYTES,
  models: Model[] = [],
): Promise<TrainSpec> {
  const request = TrainRequest.parse({
    type: "train",
    dataset: given[0]?.name ?? "digits",
    ...body,
  });
  const datasets = fakeDatasets(...given);
  const context = {
    datasets,
    models: finding(models),
    checkpointSeconds: 30,
    memoryBytes,
    replicas: 1,
  };
  const { spec } = await resolveTrain(request, context);
  // What comes out is what a trainer accepts.
  return TrainSpec.parse(spec);
}

/** Finds models by id or name. */
function finding(models: Model[]) {
  return {
    resolve: (reference: string) => {
      const found = models.find(({ id, name }) => id === reference || name === reference);
      return found === undefined
        ? Promise.reject(new NotFoundError(`Cannot find the model: ${reference}`))
        : Promise.resolve(found);
    },
  };
}

/** Refused with exactly this fault, and a message that says it. */
async function refused(
  body: Body,
  fault: { path: string; rule: string; value: unknown },
  given?: FakeDataset[],
): Promise<void> {
  const error = await assertRejects(() => resolve(body, given), InvalidError);
  assertEquals(error.errors, [fault]);
  assertEquals(error.message, `Cannot train: ${fault.path} ${fault.rule}`);
}

Deno.test("a request that names a data set alone gets every default from it", async () => {
  assertEquals(await resolve({}), {
    type: "train",
    name: "digits",
    dataset: "ds_0000000000000001",
    datasetName: "digits",
    evaluationDataset: null,
    objectives: [{
      spec: { name: "simclr", temperature: 0.5, projectionHidden: 128, projectionDimension: 64 },
      weight: 1,
    }],
    encoder: { name: "resnet8", width: 16 },
    preprocessing: { size: 28, channels: 1, mean: 0.5, standardDeviation: 0.25 },
    recipe: recipePreset("simclr-gray"),
    batchSize: 256,
    chunkSize: null,
    // 1,000 items less 200 held out: 3 whole batches of 256, 10 epochs.
    budget: { steps: 30 },
    limit: null,
    evaluate: { queries: 2000, bank: 10_000, protocols: ["knn", "linear"], every: null },
    seed: 0,
    checkpointSeconds: 30,
    promote: true,
    autoStop: null,
    extensions: [],
  });
});

Deno.test("photos become 32×32 in colour, with SimCLR's recipe for CIFAR", async () => {
  const { preprocessing, recipe } = await resolve({}, [PHOTOS]);
  assertEquals([preprocessing.size, preprocessing.channels], [32, 3]);
  assertEquals(recipe, recipePreset("simclr-cifar"));
});

Deno.test("size and channels that are given stand, and the recipe goes by them", async () => {
  const { preprocessing, recipe } = await resolve({ imageSize: 64, channels: 1 }, [PHOTOS]);
  assertEquals([preprocessing.size, preprocessing.channels], [64, 1]);
  assertEquals(recipe, recipePreset("simclr-gray"));
});

Deno.test("only images of at most 28 pixels a side stay at 28", async () => {
  for (const [width, height, size] of [[28, 28, 28], [20, 10, 28], [29, 28, 32], [28, 29, 32]]) {
    const spec = await resolve({}, [{ width: width!, height: height! }]);
    assertEquals(spec.preprocessing.size, size);
  }
});

Deno.test("each objective has its own recipe, the first one's holds for extra heads", async () => {
  assertEquals((await resolve({ objective: "rotation" })).recipe, recipePreset("rotation"));
  assertEquals((await resolve({ objective: "jigsaw" })).recipe, recipePreset("jigsaw"));
  const both = await resolve({ heads: [{ objective: "rotation", weight: 0.5 }] }, [PHOTOS]);
  assertEquals(both.recipe, recipePreset("simclr-cifar"));
  assertEquals(both.objectives.map(({ spec, weight }) => [spec.name, weight]), [
    ["simclr", 1],
    ["rotation", 0.5],
  ]);
});

Deno.test("a recipe by name is that one, and parts of one replace the preset's", async () => {
  assertEquals((await resolve({ recipe: "simclr-cifar" })).recipe, recipePreset("simclr-cifar"));
  const optimizer = { name: "sgd", learningRate: 0.1 };
  const { recipe } = await resolve({ recipe: { optimizer } });
  assertEquals(recipe.augment, recipePreset("simclr-gray").augment);
  assertEquals([recipe.optimizer.name, recipe.optimizer.learningRate], ["sgd", 0.1]);
});

Deno.test("the spec shows the learning rate scaled with the batch", async () => {
  const rate = async (optimizer: Body, batchSize: number) => {
    const { recipe } = await resolve({ recipe: { optimizer }, batchSize });
    assertEquals(recipe.optimizer.scaling, "none");
    return recipe.optimizer.learningRate;
  };
  const lars = { name: "lars", learningRate: 0.3 };
  assertEquals(await rate(lars, 64), 0.3);
  assertEquals(await rate({ ...lars, scaling: "linear" }, 512), 0.6);
  assertEquals(await rate({ ...lars, scaling: "linear" }, 64), 0.075);
  assertEquals(await rate({ ...lars, scaling: "sqrt" }, 64), 0.15);
  // SimCLR's 0.075 √B.
  assertEquals(await rate({ name: "lars", learningRate: 1.2, scaling: "sqrt" }, 400), 0.075 * 20);
  await refused({
    recipe: { optimizer: { name: "sgd", learningRate: 60, scaling: "linear" } },
    batchSize: 512,
  }, {
    path: "recipe.optimizer.learningRate",
    rule: "must be at most 100 once scaled (linear) to batches of 512, it is 120",
    value: 60,
  });
});

Deno.test("a warm-up in epochs becomes its share of the run", async () => {
  const schedule = { warmupEpochs: 2 };
  const body = { batchSize: 100, recipe: { schedule } };
  assertEquals((await resolve({ ...body, epochs: 10 })).recipe.schedule, {
    name: "cosine",
    warmup: 0.2,
    warmupEpochs: null,
  });
  // An epoch of 800 items has 8 steps.
  assertEquals((await resolve({ ...body, steps: 64 })).recipe.schedule.warmup, 0.25);
  const path = "recipe.schedule.warmupEpochs";
  await refused({ ...body, epochs: 2 }, {
    path,
    rule: "must be at most 0.9 of the run, which has 2 epochs",
    value: 2,
  });
  await refused({ ...body, minutes: 2 }, {
    path,
    rule: "must be null for a run in minutes, whose epochs nobody knows; give warmup, a share",
    value: 2,
  });
});

Deno.test("a length in steps or minutes is what was asked for", async () => {
  assertEquals((await resolve({ steps: 7 })).budget, { steps: 7 });
  assertEquals((await resolve({ minutes: 1.5 })).budget, { minutes: 1.5 });
});

Deno.test("a run from a model has its network and its images' form, whatever the data set is", async () => {
  const model = fakeModel(1);
  const { from, encoder, preprocessing } = await resolve(
    { from: { model: model.id, frozen: 1 } },
    [PHOTOS],
    WASM_HEAP_BYTES,
    [model],
  );
  assertEquals([encoder, preprocessing], [model.spec.encoder, model.spec.preprocessing]);
  assertEquals(from?.digest, model.digest);
  assertEquals(from?.frozen, 1);
  const error = await assertRejects(
    () => resolve({ from: { model: model.id, frozen: 99 } }, [PHOTOS], WASM_HEAP_BYTES, [model]),
    InvalidError,
  );
  assertEquals(error.errors.map(({ path }) => path), ["from.frozen"]);
});

Deno.test("a length in epochs counts whole batches of what is trained on", async () => {
  const batchSize = 100;
  // 800 of 1,000 are left.
  assertEquals((await resolve({ batchSize, epochs: 3 })).budget, { steps: 24 });
  assertEquals((await resolve({ batchSize, epochs: 3, evaluate: false })).budget, { steps: 30 });
  assertEquals((await resolve({ batchSize, epochs: 3, limit: 250 })).budget, { steps: 6 });
  assertEquals((await resolve({ batchSize, epochs: 0.5, limit: 250 })).budget, { steps: 1 });
  assertEquals((await resolve({ batchSize, epochs: 0.01 })).budget, { steps: 1 });
});

Deno.test("without labels there is no evaluation, unless it is asked for", async () => {
  assertEquals((await resolve({}, [PLAIN])).evaluate, null);
  assertEquals((await resolve({ evaluate: false })).evaluate, null);
  await refused({ evaluate: {} }, {
    path: "evaluate",
    rule: "must be false for a data set with 0 labels: at least 2 are needed",
    value: "plain",
  }, [PLAIN]);
});

Deno.test("one label is nothing to tell apart", async () => {
  const given = [{ classes: { cat: 1000 } }];
  assertEquals((await resolve({}, given)).evaluate, null);
  await refused({ evaluate: {} }, {
    path: "evaluate",
    rule: "must be false for a data set with 1 labels: at least 2 are needed",
    value: "digits",
  }, given);
});

Deno.test("too few labels to hold some out turn evaluation off, unless it is asked for", async () => {
  const given = [{ classes: { cat: 20, dog: 29 }, unlabelled: 1000 }];
  assertEquals((await resolve({}, given)).evaluate, null);
  await refused({ evaluate: {} }, {
    path: "evaluate",
    rule: "must be false, or name another data set: only 9 of 49 labelled items can be held out, " +
      "at least 10 are needed",
    value: "digits",
  }, given);
});

Deno.test("only labelled items are held out, at most a fifth of them", async () => {
  const given = [{ classes: { cat: 50, dog: 50 }, unlabelled: 900 }];
  // 20 of 100 are held out: 980 are left, 9 batches.
  assertEquals((await resolve({ batchSize: 100, epochs: 1 }, given)).budget, { steps: 9 });
  const few = await resolve({ batchSize: 100, epochs: 1, evaluate: { queries: 10 } }, [{}]);
  assertEquals(few.budget, { steps: 9 });
});

Deno.test("another data set may be classified, and then nothing is held out", async () => {
  const test = { name: "test", classes: { "0": 10, "1": 10, new: 5 } };
  const spec = await resolve({ batchSize: 100, epochs: 1, evaluate: { dataset: "test" } }, [
    {},
    test,
  ]);
  assertEquals(spec.evaluationDataset, "ds_0000000000000002");
  assertEquals(spec.budget, { steps: 10 });
});

Deno.test("another data set must share labels", async () => {
  const test = { name: "test", classes: { "0": 10, cat: 10 } };
  await refused({ evaluate: { dataset: "test" } }, {
    path: "evaluate.dataset",
    rule: "must share at least 2 labels with digits, it shares 1",
    value: "test",
  }, [{}, test]);
});

Deno.test("inherited names are no labels", async () => {
  const test = { name: "test", classes: { "0": 10, cat: 10 } };
  const given = [{ classes: { constructor: 500, toString: 500 } }, test];
  const error = await assertRejects(
    () => resolve({ evaluate: { dataset: "test" } }, given),
    InvalidError,
  );
  assert(error.errors[0]!.rule.endsWith("it shares 0"));
});

Deno.test("the other data set must be another one, by whatever name", async () => {
  for (const dataset of ["digits", "ds_0000000000000001"]) {
    await refused({ evaluate: { dataset } }, {
      path: "evaluate.dataset",
      rule: "must be another data set than is trained on; leave it out to hold items out",
      value: "digits",
    });
  }
});

Deno.test("data sets must exist, and the answer names the field", async () => {
  const first = await assertRejects(() => resolve({ dataset: "nowhere" }), NotFoundError);
  assertEquals(first.errors, [
    { path: "dataset", rule: "must be the name or id of a data set", value: "nowhere" },
  ]);
  const second = await assertRejects(
    () => resolve({ evaluate: { dataset: "nowhere" } }),
    NotFoundError,
  );
  assertEquals(second.errors[0]?.path, "evaluate.dataset");
});

Deno.test("there must be enough for a batch, after holding out", async () => {
  const given = [{ classes: { cat: 150, dog: 150 } }];
  await refused({}, {
    path: "batchSize",
    rule: "must be at most 240: the data set has 300 items, 60 of them held out",
    value: 256,
  }, given);
  assertEquals((await resolve({ evaluate: false }, given)).budget, { steps: 10 });
  await refused({ evaluate: false, batchSize: 301 }, {
    path: "batchSize",
    rule: "must be at most 300: the data set has 300 items",
    value: 301,
  }, given);
  await refused({ limit: 100 }, {
    path: "batchSize",
    rule: "must be at most 100: limit is 100",
    value: 256,
  });
});

Deno.test("a data set of less than two items trains nothing", async () => {
  for (const unlabelled of [0, 1]) {
    await refused({ batchSize: 2 }, {
      path: "batchSize",
      rule: `cannot be filled: the data set has ${unlabelled} items`,
      value: 2,
    }, [{ classes: {}, unlabelled }]);
  }
});

Deno.test("a limit beyond what there is is refused, not cut", async () => {
  await refused({ limit: 801 }, {
    path: "limit",
    rule: "must be at most 800: the data set has 1000 items, 200 of them held out",
    value: 801,
  });
  assertEquals((await resolve({ limit: 800 })).limit, 800);
});

Deno.test("images must have a pixel for each tile, however large they are made", async () => {
  const tiny: FakeDataset = { ...PHOTOS, width: 300, height: 2 };
  const fault = (objective: object) =>
    refused({ objective, imageSize: 64 }, {
      path: "dataset",
      rule: "must have images at least 3 pixels wide and high for 3×3 tiles: the first ones have " +
        "at most 2",
      value: "photos",
    }, [tiny]);
  await fault({ name: "jigsaw", grid: 3 });
  await fault({ name: "relative-position" });
  assertEquals((await resolve({ objective: { name: "jigsaw", grid: 2 } }, [tiny])).name, "photos");
});

Deno.test("jigsaw tiles must be large enough, also as an extra head", async () => {
  const objective = { name: "jigsaw", grid: 3, gap: 0.1 };
  const fault = {
    path: "imageSize",
    rule: "must give tiles of at least 8 pixels: 3×3 tiles with a gap of 0.1 have 7",
    value: 26,
  };
  await refused({ objective, imageSize: 26 }, fault);
  await refused({ heads: [{ objective }], imageSize: 26 }, fault);
  // 27 / 3 = 9 pixels a cell, 8 a tile.
  await resolve({ objective, imageSize: 27 });
});

Deno.test("a turn as augmentation would undo the rotation pretext", async () => {
  const recipe = { augment: { ...recipePreset("rotation").augment, rotate90: 0.5 } };
  const fault = {
    path: "recipe.augment.rotate90",
    rule: "must be 0 with the rotation objective: it would turn away the answer",
    value: 0.5,
  };
  await refused({ objective: "rotation", recipe }, fault);
  await refused({ heads: [{ objective: "rotation" }], recipe }, fault);
  await resolve({ recipe });
});

Deno.test("what can never fit the heap is refused, with the figures and the batch that would", async () => {
  const body = { imageSize: 256, channels: 3, encoder: { name: "resnet8", width: 64 } };
  const error = await assertRejects(() => resolve(body), InvalidError);
  const [fault] = error.errors;
  assertEquals([fault?.path, fault?.value], ["batchSize", 256]);
  const pattern = "^must be at most (\\d+): a step needs (\\d+) bytes \\([\\d.]+ GiB\\) of each " +
    "replica's heap, which has (\\d+) \\(4.0 GiB\\)$";
  const [, largest, needs, has] = new RegExp(pattern).exec(fault!.rule)!;
  assertEquals(Number(has), WASM_HEAP_BYTES);
  assert(Number(needs) > 100 * 2 ** 30, needs);
  await resolve({ ...body, batchSize: Number(largest) });
  await assertRejects(() => resolve({ ...body, batchSize: Number(largest) + 1 }), InvalidError);
});

Deno.test("a batch that would fit in chunks is told of them, and with them it does", async () => {
  const big = { classes: { cat: 25_000, dog: 25_000 } };
  const body = { encoder: "resnet8", imageSize: 32, channels: 3, batchSize: 8192 };
  const error = await assertRejects(() => resolve(body, [big]), InvalidError);
  const [, chunk] = /^must be at most \d+, or chunkSize at most (\d+): /.exec(
    error.errors[0]!.rule,
  )!;
  await resolve({ ...body, chunkSize: Number(chunk) }, [big]);
  const more = { ...body, chunkSize: Number(chunk) + 1 };
  const refused = await assertRejects(() => resolve(more, [big]), InvalidError);
  assertEquals(refused.errors[0]?.path, "chunkSize");
});

Deno.test("where not even the smallest batch fits, the image is too large", async () => {
  const body = { encoder: { name: "resnet20", width: 256 }, imageSize: 512, batchSize: 2 };
  const error = await assertRejects(() => resolve(body), InvalidError);
  assertEquals(error.errors.map(({ path, value }) => [path, value]), [["imageSize", 512]]);
});

Deno.test("a backend whose memory is not known refuses nothing for it", async () => {
  const body = { imageSize: 512, channels: 3, encoder: { name: "resnet20", width: 64 } };
  assertEquals((await resolve(body, [{}], null)).preprocessing.size, 512);
});

Deno.test("the goals of the project fit", async () => {
  const big = { classes: { cat: 25_000, dog: 25_000 } };
  await resolve({ encoder: "resnet8", imageSize: 32, channels: 3, batchSize: 1024 }, [big]);
  const resnet18 = { encoder: "resnet18", imageSize: 32, channels: 3, batchSize: 256 };
  await resolve({ ...resnet18, chunkSize: 128 }, [big]);
  await resolve(resnet18, [big], null);
});

Deno.test("every fault is told at once", async () => {
  const error = await assertRejects(
    () =>
      resolve({ evaluate: {}, limit: 2000, batchSize: 1500, objective: "jigsaw", imageSize: 12 }, [
        PLAIN,
      ]),
    InvalidError,
    "(and 3 more)",
  );
  assertEquals(error.errors.map(({ path }) => path), [
    "evaluate",
    "limit",
    "batchSize",
    "imageSize",
  ]);
});

Deno.test("frames of clips are kept for an objective that asks for them, and for no other", async () => {
  const clips: FakeDataset = { name: "clips", kind: "clip" };
  const stills: FakeDataset = { name: "stills" };
  const objective = { name: "frame-order", frames: 12 };
  assertEquals((await resolve({ objective }, [clips])).frames, 12);
  assertEquals((await resolve({ heads: [{ objective }] }, [clips])).frames, 12);
  assertEquals((await resolve({ objective }, [stills])).frames, undefined);
  assertEquals((await resolve({}, [clips])).frames, undefined);
  assertEquals((await resolve({ objective }, [clips])).recipe, recipePreset("frame-order"));
  const rule = "must be of kind clip, as clips is, for frame-order";
  const fault = { path: "evaluate.dataset", rule, value: "stills" };
  await refused({ objective, evaluate: { dataset: "stills" } }, fault, [clips, stills]);
});
