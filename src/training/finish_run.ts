/**
 * The end of a run: evaluation, card, weights, digest.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { ItemSource } from "../data/item_source.ts";
import { idsOf } from "../data/label_ids.ts";
import { sequentialBatches } from "../data/batches.ts";
import { packImages } from "../data/pack_images.ts";
import type { PackedImages } from "../data/packed_images.ts";
import { createEncoder } from "../encoders/mod.ts";
import { evaluateKnn, type LabelledImages } from "../evaluation/evaluate_knn.ts";
import type { Network, NetworkSpec } from "../objectives/network.ts";
import { singleReplica } from "../parallel/single.ts";
import type { Random } from "../random.ts";
import type { Evaluation, ModelCard } from "../schemas/model.ts";
import { encoderParameters, packModel } from "./pack_model.ts";
import { weightsOf } from "./run.ts";
import type { ItemSplit } from "./split_items.ts";
import type { TrainOptions } from "./train.ts";
import type { TrainResult } from "./train_event.ts";

/** A finished run. */
export interface FinishOptions extends TrainOptions {
  network: Network;
  networkSpec: NetworkSpec;
  /** The training items. */
  images: PackedImages;
  split: ItemSplit;
  random: Random;
  totals: Pick<ModelCard, "steps" | "epochs" | "seconds" | "viewsPerSecond" | "final" | "health">;
  /** What happened that a reader of the card should know. */
  remarks: string[];
  /** Called between pieces of work; throws to stop. */
  pause: () => Promise<void>;
}

/** Images in a batch of held-out views. */
const HEAD_BATCH = 64;

/** Evaluates the network and packs it up. */
export async function finishRun(options: FinishOptions): Promise<TrainResult> {
  const { spec, data, evaluation, network, networkSpec, split } = options;
  const source = split.queriesFrom === "evaluation" ? evaluation! : data;
  const queries = await packImages(source, {
    ...spec.preprocessing,
    indices: Uint32Array.from(split.queries),
    maxPixels: options.maxPixels,
    onUndecodable: "skip",
    signal: options.signal,
  });
  let result: Evaluation | null;
  let heads: ModelCard["heads"];
  try {
    result = await compare(options, source, queries);
    heads = await judgeHeads(options, queries);
  } finally {
    queries.close();
  }
  const notes = [...options.remarks];
  if (split.duplicates > 0) {
    notes.push(
      `${split.duplicates} held-out items were left out: the same bytes are among the ` +
        "training items.",
    );
  }
  if (result === null) notes.push("Not evaluated: no labelled items were held out.");
  const card: ModelCard = {
    dataset: {
      id: spec.dataset,
      name: spec.datasetName,
      digest: data.digest,
      used: options.images.count,
    },
    recipe: spec.recipe,
    batchSize: spec.batchSize,
    seed: spec.seed,
    ...options.totals,
    backend: `${options.backend.name} (${options.backend.adapter})`,
    parameters: encoderParameters(network),
    heads,
    evaluation: result,
    notes,
  };
  return { ...await packModel(network, networkSpec), card };
}

/** kNN beside its baselines, or null where there is nothing to judge by. */
async function compare(
  options: FinishOptions,
  source: ItemSource,
  queryImages: PackedImages,
): Promise<Evaluation | null> {
  const { spec, data, split, network, random, pause } = options;
  if (spec.evaluate === null) return null;
  // An item that could not be decoded is in the split but not among the images.
  const labelled = (images: PackedImages, items: number[], from: ItemSource): LabelledImages => {
    const place = new Map(Array.from(images.indices, (index, position) => [index, position]));
    const present = items.filter((index) => place.has(index));
    return {
      images,
      positions: present.map((index) => place.get(index)!),
      // A label the bank has never seen gets an id that no neighbour votes for: counted as wrong.
      labels: idsOf(present.map((index) => from.label(index)), split.classes),
    };
  };
  const bank = labelled(options.images, split.bank, data);
  const queries = labelled(queryImages, split.queries, source);
  if (bank.positions.length === 0 || queries.positions.length === 0) return null;
  const untrained = createEncoder(
    spec.encoder,
    spec.preprocessing.channels,
    weightsOf(random).fork("encoder"),
  );
  try {
    return await evaluateKnn({
      trained: network.encoder,
      untrained,
      preprocessing: spec.preprocessing,
      bank,
      queries,
      classes: split.classes.length,
      random: random.fork("evaluation"),
      pause,
    });
  } finally {
    untrained.dispose();
  }
}

/** Each head's own metrics on held-out images: loss, accuracy. */
async function judgeHeads(
  options: FinishOptions,
  images: PackedImages,
): Promise<ModelCard["heads"]> {
  const { network, random, pause } = options;
  const heads: ModelCard["heads"] = {};
  const seeds = random.fork("held-out-views");
  for (const { objective, head } of network.tasks) {
    const sums: Record<string, number> = {};
    let count = 0;
    for (const batch of sequentialBatches(images, HEAD_BATCH)) {
      // One item alone has nothing to be told from.
      if (batch.count < 2) break;
      const scalars = tf.tidy(() => {
        const { inputs, targets } = objective.views(batch, seeds);
        const features = network.encoder.apply(inputs, { training: false });
        const outputs = head.apply(features, { training: false });
        const { main } = objective.losses(outputs, targets, singleReplica);
        return { loss: main, ...objective.metrics(outputs, targets, singleReplica) };
      });
      for (const [name, scalar] of Object.entries(scalars)) {
        const [value] = await (scalar as tf.Scalar).data();
        sums[name] = (sums[name] ?? 0) + value! * batch.count;
        (scalar as tf.Scalar).dispose();
      }
      count += batch.count;
      await pause();
    }
    if (count === 0) continue;
    heads[objective.spec.name] = Object.fromEntries(
      Object.entries(sums).map(([name, sum]) => [name, sum / count]),
    );
  }
  return heads;
}
