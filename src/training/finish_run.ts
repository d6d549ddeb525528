/**
 * The end of a run: evaluation, card, weights, digest.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { sequentialBatches } from "../data/batches.ts";
import type { PackedImages } from "../data/packed_images.ts";
import type { FrozenResults } from "../evaluation/frozen_judge.ts";
import { type Network, type NetworkSpec, runTask } from "../objectives/network.ts";
import { singleReplica } from "../parallel/single.ts";
import type { Random } from "../random.ts";
import type { ModelCard } from "../schemas/model.ts";
import { withFrozen } from "./encoder_digest.ts";
import type { HeldOut } from "./held_out.ts";
import { encoderParameters, packModel } from "./pack_model.ts";
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
  heldOut: HeldOut;
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
  const { spec, data, network, networkSpec, split, heldOut } = options;
  const { knn = null, linear = null, frozen } = await judge(options);
  const heads = await judgeHeads(options, await heldOut.images());
  const notes = [...options.remarks];
  if (split.duplicates > 0) {
    notes.push(
      `${split.duplicates} held-out items were left out: the same bytes are among the ` +
        "training items.",
    );
  }
  if (knn === null && linear === null) {
    notes.push("Not evaluated: no labelled items were held out.");
  }
  const card: ModelCard = {
    dataset: {
      id: spec.dataset,
      name: spec.datasetName,
      digest: data.digest,
      used: options.images.count,
    },
    ...(spec.from === undefined ? {} : { from: spec.from }),
    recipe: spec.recipe,
    batchSize: spec.batchSize,
    seed: spec.seed,
    ...options.totals,
    backend: `${options.backend.name} (${options.backend.adapter})`,
    parameters: encoderParameters(network),
    heads,
    evaluation: knn,
    linear,
    frozen,
    notes,
  };
  return { ...await packModel(network, networkSpec), card };
}

/** The encoder as the last step left it, beside what needs no training. */
async function judge(
  { spec, network, heldOut }: FinishOptions,
): Promise<FrozenResults & Pick<ModelCard, "frozen">> {
  const judge = await heldOut.judge();
  const protocols = spec.evaluate?.protocols ?? [];
  if (judge === null || protocols.length === 0) return { frozen: null };
  const { encoder } = network;
  const { result, frozen } = await withFrozen(encoder, () => judge.judge(encoder, protocols));
  return { ...result, frozen };
}

/** Each head's own metrics on held-out images: loss, accuracy. */
async function judgeHeads(
  options: FinishOptions,
  images: PackedImages,
): Promise<ModelCard["heads"]> {
  const { network, random, pause } = options;
  const heads: ModelCard["heads"] = {};
  const seeds = random.fork("held-out-views");
  for (const task of network.tasks) {
    const { objective } = task;
    const sums: Record<string, number> = {};
    let count = 0;
    for (const batch of sequentialBatches(images, HEAD_BATCH)) {
      // One item alone has nothing to be told from.
      if (batch.count < 2) break;
      const scalars = tf.tidy(() => {
        const views = objective.views(batch, seeds);
        const { outputs } = runTask(network.encoder, task, views, { training: false });
        const { main } = objective.losses(outputs, views.targets, singleReplica);
        return { loss: main, ...objective.metrics(outputs, views.targets, singleReplica) };
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
