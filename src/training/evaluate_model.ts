/**
 * Evaluation of a finished model: every protocol that was asked for, on the same items, each run to
 * the end of its budget and judged once.
 *
 * @module
 */
import { packImages } from "../data/pack_images.ts";
import type { PackedImages } from "../data/packed_images.ts";
import type { Encoder } from "../encoders/encoder.ts";
import { createEncoder } from "../encoders/mod.ts";
import { upToBlock } from "../encoders/up_to_block.ts";
import type { Unlabelled } from "../evaluation/classifier.ts";
import { fineTune } from "../evaluation/fine_tune.ts";
import type { FrozenProtocol } from "../evaluation/answers.ts";
import { FrozenJudge } from "../evaluation/frozen_judge.ts";
import { type LabelledImages, labelledImages } from "../evaluation/labelled_images.ts";
import { supervise } from "../evaluation/supervise.ts";
import { CancelledError, InvalidError } from "../errors.ts";
import { nextTurn } from "../next_turn.ts";
import type { MlpHead } from "../objectives/mlp_head.ts";
import { Random } from "../random.ts";
import type { EvaluationSpec } from "../schemas/evaluate.ts";
import type { ClassifierBudget, EvaluationReport, ProtocolResult } from "../schemas/evaluation.ts";
import type { ModelSpec } from "../schemas/model.ts";
import { blockNotes } from "../schemas/served_block.ts";
import type { BackendReport } from "../tensor/backend.ts";
import { withFrozen } from "./encoder_digest.ts";
import { EvaluationProgress } from "./evaluation_progress.ts";
import { type EvaluationData, type EvaluationSplit, splitEvaluation } from "./evaluation_split.ts";
import { leftOut } from "./left_out.ts";
import { weightsOf } from "./run.ts";
import { summarise } from "./summarise.ts";
import { classifierTrainer } from "./train_classifier.ts";
import { tunable } from "./tunable.ts";
import type { TrainEvent } from "./train_event.ts";

/** What {@linkcode evaluateModel} needs. */
export interface EvaluateModelOptions {
  spec: EvaluationSpec;
  /** How the model is used. */
  model: ModelSpec;
  /** Its whole encoder, with its weights; the caller's to dispose. */
  encoder: Encoder;
  /** SimCLR's projector with its weights, if it has one; the caller's to dispose. */
  projector?: MlpHead | undefined;
  data: EvaluationData;
  backend: BackendReport;
  /** Most pixels an original may have. */
  maxPixels: number;
  /** A folder for pixels that are more than memory should hold. */
  spillDirectory?: string;
  /** Fires to stop; what was found out so far is lost. */
  signal: AbortSignal;
  /** Told what happens. */
  tell: (event: TrainEvent) => void;
}

/** A report, before the service says whose it is. */
export type EvaluationOutcome = Omit<EvaluationReport, "job" | "createdAt">;

/**
 * Judges what the model serves: of one that serves another block than the last, the encoder up to
 * that block, which is then also what is fine-tuned and trained from scratch.
 *
 * @throws {CancelledError} When the signal fires.
 * @throws {InvalidError} If labels are missing, or all items to judge were learned from.
 * @throws {CorruptError} If a loss is no finite number any more.
 */
export async function evaluateModel(options: EvaluateModelOptions): Promise<EvaluationOutcome> {
  const { spec, model, data, signal, tell } = options;
  const began = performance.now();
  const split = await splitEvaluation(spec, data);
  const notes = [...notesOn(spec, model), ...split.notes];
  for (const message of notes) tell({ type: "log", level: "warn", message });
  const progress = new EvaluationProgress(spec, split, tell);
  progress.loading();
  const packOptions = {
    ...model.preprocessing,
    maxPixels: options.maxPixels,
    ...(options.spillDirectory === undefined ? {} : { spillDirectory: options.spillDirectory }),
    onUndecodable: "skip",
    signal,
  } as const;
  const learned = new Set([
    ...split.bank,
    ...split.shares.flat(),
    ...split.unlabelled.flat(),
    ...split.supervised,
  ]);
  const images = await packImages(data.train, {
    ...packOptions,
    indices: Uint32Array.from(learned).sort(),
  });
  try {
    const queryImages = await packImages(split.queriesFrom, {
      ...packOptions,
      indices: Uint32Array.from(split.queries),
    });
    try {
      leftOut([...images.skipped, ...queryImages.skipped]).forEach(tell);
      const packs = { images, queryImages };
      const { result: results, frozen } = await withFrozen(
        options.encoder,
        () => runProtocols(options, split, packs, progress),
      );
      const used = learned.size - images.skipped.length;
      return {
        seconds: (performance.now() - began) / 1000,
        backend: `${options.backend.name} (${options.backend.adapter})`,
        seed: spec.seed,
        train: { ...spec.train, digest: data.train.digest, items: used },
        dataset: {
          ...spec.dataset ?? spec.train,
          digest: split.queriesFrom.digest,
          items: queryImages.count,
        },
        results,
        frozen,
        notes,
      };
    } finally {
      queryImages.close();
    }
  } finally {
    images.close();
  }
}

/** What is judged, and what could not be checked. */
function notesOn({ modelFrom }: EvaluationSpec, model: ModelSpec): string[] {
  const meaning = "it is what is judged, and what is trained is the encoder up to it.";
  return [
    ...blockNotes(model, meaning),
    ...(modelFrom === null ? [] : [
      `Whether judged items are among what the model ${modelFrom} was trained on, from which this one ` +
      "began, was not checked.",
    ]),
  ];
}

async function runProtocols(
  { spec, model, encoder: whole, projector, signal, tell }: EvaluateModelOptions,
  split: EvaluationSplit,
  { images, queryImages }: { images: PackedImages; queryImages: PackedImages },
  progress: EvaluationProgress,
): Promise<ProtocolResult[]> {
  const { classes } = split;
  const { preprocessing } = model;
  const random = new Random(spec.seed).fork("evaluation");
  const pause = async () => {
    await nextTurn();
    if (signal.aborted) throw new CancelledError("Stopped while evaluating");
  };
  const results: ProtocolResult[] = [];
  const found = (result: ProtocolResult) => {
    results.push(result);
    tell({ type: "evaluation", summary: summarise(result) });
  };
  const itemsOf = (indices: number[]): LabelledImages => {
    const items = labelledImages(images, indices, classes);
    if (items.positions.length > 0) return items;
    throw new InvalidError("Cannot evaluate: none of the items to learn from can be decoded", {
      errors: [{ path: "train", rule: "must have images that decode", value: spec.train.name }],
    });
  };
  const queries = labelledImages(queryImages, split.queries, classes);
  if (queries.positions.length === 0) {
    throw new InvalidError("Cannot evaluate: none of the items to judge can be decoded", {
      errors: [{
        path: "dataset",
        rule: "must have images that decode",
        value: (spec.dataset ?? spec.train).name,
      }],
    });
  }
  const encoder = upToBlock(whole, model.block);
  const create = (weights: Random) =>
    upToBlock(
      createEncoder(model.encoder, preprocessing.channels, weights.fork("encoder")),
      model.block,
    );
  const fresh = () => create(random.fork("scratch"));
  const { on, fractions, unlabelled, ...budget } = spec.finetune;
  const unlabelledOf = (indices: number[]): Unlabelled | undefined => {
    const { positions } = labelledImages(images, indices, classes);
    if (positions.length === 0 || unlabelled === null) return undefined;
    const { items: _, ...budget } = unlabelled;
    return { images, positions, budget };
  };
  const tuned = await tunable(encoder, fresh, on === "projection" ? projector : undefined, random);
  const trainClassifier = classifierTrainer(preprocessing, pause);
  const shared = { queries, classes, trainClassifier };

  const frozen = spec.protocols.filter((protocol): protocol is FrozenProtocol =>
    protocol === "knn" || protocol === "linear"
  );
  let probeRight: Float64Array | null = null;
  if (frozen.length > 0) {
    const judge = new FrozenJudge({
      untrained: () => create(weightsOf(new Random(spec.modelSeed))),
      preprocessing,
      bank: itemsOf(split.bank),
      queries,
      classes,
      random,
      pause: async () => {
        progress.frozen();
        await pause();
      },
    });
    const { knn, linear } = await judge.judge(encoder, frozen);
    if (knn !== undefined) found(knn);
    if (linear !== undefined) found(linear);
    probeRight = judge.linearRight;
  }
  for (const [i, share] of split.shares.entries()) {
    const task = progress.task(`finetune-${i}`);
    found(
      await fineTune({
        ...shared,
        ...tuned,
        fraction: fractions[i]!,
        items: itemsOf(share),
        unlabelled: unlabelledOf(split.unlabelled[i]!),
        budget,
        on,
        random: random.fork(`finetune-${fractions[i]}`),
        onProgress: task,
      }),
    );
  }
  if (split.supervised.length > 0) {
    const items = itemsOf(split.supervised);
    found(
      await supervise({
        ...shared,
        fresh,
        items,
        budget: supervisedBudget(spec, items.positions.length),
        probeRight,
        random: random.fork("supervised"),
        onProgress: progress.task("supervised"),
      }),
    );
  }
  return results;
}

/** So many steps as the epochs have. */
function supervisedBudget(
  { supervised }: EvaluationSpec,
  labels: number,
): ClassifierBudget {
  const { epochs, limit: _, ...rest } = supervised;
  const stepsPerEpoch = Math.max(1, Math.floor(labels / rest.batchSize));
  return { ...rest, steps: Math.max(1, Math.round(epochs * stepsPerEpoch)) };
}
