/** What every objective must do; training knows no more of it than this. @module */
import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { createNetwork, runTask } from "../../src/objectives/network.ts";
import { panelEachRow } from "../../src/objectives/panel.ts";
import { singleReplica } from "../../src/parallel/single.ts";
import { Random } from "../../src/random.ts";
import { ObjectiveSpec } from "../../src/schemas/objective.ts";
import { metricCards } from "../../src/schemas/metric.ts";
import { recipePreset } from "../../src/schemas/recipe_presets.ts";
import { selectBackend } from "../../src/tensor/backend.ts";
import { syntheticBatch } from "../support/synthetic_images.ts";

const CASES: { given: unknown; views: number; chance: number | null }[] = [
  { given: { name: "simclr" }, views: 2, chance: Math.log(2 * 6 - 1) },
  { given: { name: "rotation" }, views: 4, chance: Math.log(4) },
  { given: { name: "rotation", rotations: 1 }, views: 1, chance: Math.log(4) },
  { given: { name: "jigsaw" }, views: 4, chance: Math.log(24) },
  { given: { name: "jigsaw", grid: 3, permutations: 10 }, views: 9, chance: Math.log(10) },
  { given: { name: "relative-position" }, views: 9, chance: Math.log(8) },
  {
    given: { name: "relative-position", neighbours: 1, colours: "drop" },
    views: 2,
    chance: Math.log(8),
  },
  { given: { name: "frame-order" }, views: 4, chance: Math.log(2) },
  { given: { name: "frame-order", sampling: "uniform", gap: 1 }, views: 4, chance: Math.log(2) },
  { given: { name: "autoencoder" }, views: 1, chance: null },
  { given: { name: "denoising-autoencoder" }, views: 1, chance: null },
  {
    given: { name: "denoising-autoencoder", noise: { kind: "masking", level: 0.3 } },
    views: 1,
    chance: null,
  },
  { given: { name: "stacked-denoising-autoencoder" }, views: 1, chance: null },
  { given: { name: "context-encoder" }, views: 1, chance: null },
  { given: { name: "context-encoder", mask: "free-form" }, views: 1, chance: null },
  { given: { name: "context-encoder", adversarialWeight: 0 }, views: 1, chance: null },
];

const SIZE = 24;
const ITEMS = 6;

for (const { given, views, chance } of CASES) {
  const spec = ObjectiveSpec.parse(given);
  const title = JSON.stringify(given);
  const network = () =>
    createNetwork(
      {
        encoder: { name: "small_conv", width: 4 },
        preprocessing: { size: SIZE, channels: 3, mean: 0.5, standardDeviation: 0.25 },
        objectives: [spec],
      },
      recipePreset("simclr-cifar").augment,
      new Random(1),
    );
  const batch = syntheticBatch(ITEMS, SIZE, 3);

  Deno.test(`${title}: views are drawn by their key alone`, async () => {
    await selectBackend("wasm");
    const net = network();
    const { objective } = net.tasks[0]!;
    assertEquals(objective.viewsPerItem, views);
    const draw = (seed: number, epoch: number) => {
      const { inputs, targets } = objective.views({ ...batch, epoch }, new Random(seed));
      assertEquals(inputs.shape[0], views * ITEMS);
      const values = [inputs, ...Object.values(targets)].map((tensor) => tensor.dataSync().join());
      tf.dispose([inputs, targets]);
      return values;
    };
    assertEquals(draw(1, 0), draw(1, 0));
    assertNotEquals(draw(1, 0), draw(2, 0));
    assertNotEquals(draw(1, 0), draw(1, 1));
    net.dispose();
  });

  Deno.test(`${title}: starts near chance, if it has one, and every weight gets a gradient`, async () => {
    await selectBackend("wasm");
    const net = network();
    const task = net.tasks[0]!;
    const { objective } = task;
    const drawn = objective.views(batch, new Random(3));
    tf.tidy(() => {
      const run = () => runTask(net.encoder, task, drawn, { training: true }).outputs;
      const groups = new Set(net.parameters().map(({ group }) => group));
      for (const wanted of groups) {
        const own = net.parameters().filter(({ group }) => group === wanted);
        const { value, grads } = tf.variableGrads(
          () => objective.losses(run(), drawn.targets, singleReplica)[wanted]!,
          own.map(({ variable }) => variable),
        );
        const [loss] = value.dataSync();
        if (chance === null) assert(Number.isFinite(loss) && loss! > 0, `${loss}`);
        else assertAlmostEquals(loss!, chance, 1.2);
        for (const { name, variable } of own) {
          const values = grads[variable.name]!.dataSync();
          assert(values.every(Number.isFinite), name);
          assert(values.some((gradient) => gradient !== 0), name);
        }
      }
      const metrics = objective.metrics(run(), drawn.targets, singleReplica);
      // Every one is shown in words, and of chance only what chance there is.
      const cards = metricCards(spec, ITEMS);
      assertEquals(cards.map(({ name }) => name), Object.keys(metrics));
      const level = cards.find(({ label }) => label === "accuracy")?.level;
      if (chance !== null && spec.name !== "frame-order") {
        assertAlmostEquals(level!.value, Math.exp(-chance), 1e-9);
      }
      for (const [name, metric] of Object.entries(metrics)) {
        const [figure] = metric.dataSync();
        assert(Number.isFinite(figure), name);
        if (name.endsWith("Accuracy")) assert(figure! >= 0 && figure! <= 1, name);
      }
    });
    tf.dispose([drawn.inputs, drawn.targets]);
    net.dispose();
  });

  Deno.test(`${title}: every view of an item is shown, in panels that are the caller's`, async () => {
    await selectBackend("wasm");
    const net = network();
    const { objective } = net.tasks[0]!;
    const drawn = objective.views(syntheticBatch(1, SIZE, 3), new Random(3));
    /** Each row's values. */
    const read = (x: tf.Tensor) => {
      const values = x.dataSync();
      const each = values.length / x.shape[0]!;
      return Array.from(
        { length: x.shape[0]! },
        (_, row) => values.slice(row * each, (row + 1) * each).join(),
      );
    };
    const before = tf.memory().numTensors;
    const panels = await objective.panels?.(drawn) ?? panelEachRow(drawn);
    const shown = new Set<string>();
    for (const { caption, images, columns, cells } of panels) {
      assert(caption.length > 0);
      assert(cells.length % columns === 0);
      const rows = read(images);
      for (const cell of cells) if (cell !== null) shown.add(rows[cell]!);
    }
    for (const row of read(drawn.inputs)) assert(shown.has(row));
    tf.dispose(panels.map(({ images }) => images));
    assertEquals(tf.memory().numTensors, before);
    tf.dispose([drawn.inputs, drawn.targets]);
    net.dispose();
  });

  Deno.test(`${title}: dispose frees every tensor`, async () => {
    await selectBackend("wasm");
    const before = tf.memory().numTensors;
    network().dispose();
    assertEquals(tf.memory().numTensors, before);
  });
}
