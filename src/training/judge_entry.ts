/**
 * Judgement of one entry of a tournament: every block of its encoder on the items that no entry was
 * trained on, then its place among those judged before.
 *
 * @module
 */
import type { ItemSource } from "../data/item_source.ts";
import { packImages } from "../data/pack_images.ts";
import { createEncoder } from "../encoders/mod.ts";
import type { Encoder } from "../encoders/encoder.ts";
import { CancelledError, InternalError, InvalidError } from "../errors.ts";
import type { FrozenProtocol, JudgedItems } from "../evaluation/answers.ts";
import { judgeBlocks, judgePixels } from "../evaluation/block_judge.ts";
import { labelledImages } from "../evaluation/labelled_images.ts";
import { type JudgedEntry, rankBlocks } from "../evaluation/rank_blocks.ts";
import { nextTurn } from "../next_turn.ts";
import { Random } from "../random.ts";
import type { JobProgress } from "../schemas/job.ts";
import type { TournamentSpec, TournamentTable } from "../schemas/tournament.ts";
import type { TrainSpec } from "../schemas/train.ts";
import { weightsOf } from "./run.ts";
import { splitItems } from "./split_items.ts";
import type { StoredAnswers } from "./stored_answers.ts";

/** Where answers are kept; null is the untrained encoder, with raw pixels. */
export interface AnswerStore {
  load(entry: number | null): Promise<StoredAnswers | undefined>;
  save(entry: number | null, answers: StoredAnswers): Promise<void>;
}

/** What {@linkcode judgeEntry} needs. */
export interface JudgeEntryOptions {
  spec: TournamentSpec;
  /** Which entry. */
  entry: number;
  /** Of each entry the id of its model, if it has one. */
  models: readonly (string | null)[];
  /** Of the entry's model; the caller's to dispose. */
  encoder: Encoder;
  data: ItemSource;
  evaluation: ItemSource | null;
  answers: AnswerStore;
  /** Most pixels an original may have. */
  maxPixels: number;
  /** A folder for pixels that are more than memory should hold. */
  spillDirectory?: string;
  /** Fires to stop; the judgement is then made anew. */
  signal: AbortSignal;
  onProgress: (progress: JobProgress) => void;
}

/**
 * @returns The table with this entry in it.
 * @throws {CancelledError} When the signal fires.
 * @throws {InvalidError} If none of the items can be decoded.
 */
export async function judgeEntry(options: JudgeEntryOptions): Promise<TournamentTable> {
  const { spec, entry, encoder, answers } = options;
  const { spec: trained } = spec.entries[entry]!;
  const pause = async () => {
    await nextTurn();
    if (options.signal.aborted) throw new CancelledError("Stopped while judging");
  };
  const random = new Random(trained.seed).fork("evaluation");
  const { protocols } = trained.evaluate!;
  if (await answers.load(entry) === undefined) {
    await withItems(options, trained, { random, pause }, async (items) => {
      const shared = { labels: items.bank.positions.length, classes: items.classes.length };
      const alone = await answers.load(null) !== undefined;
      const parts = protocols.length * encoder.stages.length * (alone ? 1 : 2);
      let done = 0;
      const onAnswers = () => options.onProgress(judging(++done / parts));
      if (!alone) {
        await answers.save(null, { ...await judgeReference(trained, items, onAnswers), ...shared });
      }
      const { preprocessing } = trained;
      const blocks = await judgeBlocks(encoder, preprocessing, protocols, items, onAnswers);
      await answers.save(entry, { blocks, ...shared });
    });
  }
  return await rank(options, protocols, { random, pause });
}

/** The untrained encoder is the same for every entry: the same network from the same seed. */
async function judgeReference(
  { encoder, preprocessing, seed, evaluate }: TrainSpec,
  items: JudgedItems,
  onAnswers: () => void,
): Promise<Pick<StoredAnswers, "blocks" | "pixels">> {
  const { protocols } = evaluate!;
  const weights = weightsOf(new Random(seed)).fork("encoder");
  const untrained = createEncoder(encoder, preprocessing.channels, weights);
  try {
    const blocks = await judgeBlocks(untrained, preprocessing, protocols, items, onAnswers);
    return { blocks, pixels: await judgePixels(protocols, items) };
  } finally {
    untrained.dispose();
  }
}

async function rank(
  { spec, models, answers }: JudgeEntryOptions,
  protocols: readonly FrozenProtocol[],
  context: Pick<JudgedItems, "random" | "pause">,
): Promise<TournamentTable> {
  const reference = await answers.load(null);
  if (reference?.pixels === undefined) {
    throw new InternalError("Cannot rank: what the untrained encoder had right is gone");
  }
  const entries: JudgedEntry[] = [];
  for (const [entry, model] of models.entries()) {
    const judged = model === null ? undefined : await answers.load(entry);
    if (judged === undefined) continue;
    const { label } = spec.entries[entry]!;
    entries.push({ entry, label, model: model!, blocks: judged.blocks });
  }
  const { blocks, pixels, labels, classes } = reference;
  return await rankBlocks({
    protocols,
    reference: { blocks, pixels },
    entries,
    labels,
    classes,
    ...context,
  });
}

/** Decodes the items that the entry was judged by at its end. */
async function withItems(
  options: JudgeEntryOptions,
  spec: TrainSpec,
  context: Pick<JudgedItems, "random" | "pause">,
  work: (items: JudgedItems) => Promise<void>,
): Promise<void> {
  const { data, evaluation, signal, onProgress } = options;
  const split = splitItems(spec, data, evaluation, new Random(spec.seed).fork("split"));
  // A clip is judged by its first frame, whatever the objective: all by the same pictures.
  const pack = (source: ItemSource, indices: number[]) =>
    packImages(source, {
      ...spec.preprocessing,
      indices: Uint32Array.from(indices),
      maxPixels: options.maxPixels,
      ...(options.spillDirectory === undefined ? {} : { spillDirectory: options.spillDirectory }),
      onUndecodable: "skip",
      signal,
    });
  onProgress(judging(0));
  const bankImages = await pack(data, split.bank);
  try {
    const queryImages = await pack(
      split.queriesFrom === "evaluation" ? evaluation! : data,
      split.queries,
    );
    try {
      const bank = labelledImages(bankImages, split.bank, split.classes);
      const queries = labelledImages(queryImages, split.queries, split.classes);
      if (bank.positions.length === 0 || queries.positions.length === 0) {
        throw new InvalidError("Cannot judge: none of the labelled items can be decoded", {
          errors: [{
            path: "dataset",
            rule: "must have images that decode",
            value: spec.datasetName,
          }],
        });
      }
      await work({ bank, queries, classes: split.classes, ...context });
    } finally {
      queryImages.close();
    }
  } finally {
    bankImages.close();
  }
}

function judging(fraction: number): JobProgress {
  return {
    phase: "evaluating",
    step: 0,
    totalSteps: null,
    epoch: 0,
    fraction,
    secondsLeft: null,
    viewsPerSecond: 0,
    learningRate: 0,
    metrics: {},
  };
}
