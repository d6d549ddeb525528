/**
 * What an evaluation learns from and what it is judged by. An item that is judged must be in none
 * of the sets that were learned from, neither by the encoder nor by what is put on it: it is found
 * by the digest of its bytes, left out, and named.
 *
 * @module
 */
import type { ItemSource } from "../data/item_source.ts";
import { labelIds } from "../data/label_ids.ts";
import { InvalidError } from "../errors.ts";
import { stratifiedShare } from "../evaluation/stratified.ts";
import { Random } from "../random.ts";
import type { EvaluationSpec } from "../schemas/evaluate.ts";
import { draw, indices, labelled, splitItems } from "./split_items.ts";

/** The data sets of an evaluation. */
export interface EvaluationData {
  /** Learned from. */
  train: ItemSource;
  /** Judged on; null: items of `train` that the model's training held out. */
  dataset: ItemSource | null;
  /** What the model was trained on; null where that is not known or not there any more. */
  training: { data: ItemSource; evaluation: ItemSource | null } | null;
}

/** Items by index. */
export interface EvaluationSplit {
  /** Of `train`: what kNN and the linear probe learn from. */
  bank: number[];
  /** Of `train`: what is fine-tuned on, for each share in its order. */
  shares: number[][];
  /**
   * Of `train`, for each share in its order: what is learned from without labels, some of them items
   * whose labels are not shown. Empty where there is none.
   */
  unlabelled: number[][];
  /** Of `train`: what the supervised run learns from; empty where there is none. */
  supervised: number[];
  /** Of {@linkcode queriesFrom}: what is classified. */
  queries: number[];
  queriesFrom: ItemSource;
  /** Label names, sorted. */
  classes: string[];
  /** What was left out, and what could not be checked, in words. */
  notes: string[];
}

/** Names that a note has room for. */
const NAMED = 10;

/** @throws {InvalidError} If labels are missing, or every item to judge was learned from. */
export async function splitEvaluation(
  spec: EvaluationSpec,
  { train, dataset, training }: EvaluationData,
): Promise<EvaluationSplit> {
  const random = new Random(spec.seed).fork("evaluation-split");
  const seen = trainedItems(spec, training);
  const heldOut = dataset === null ? seen.heldOut : [];
  const queriesFrom = dataset ?? train;
  const held = new Set(heldOut);
  const fit = labelled(train).filter((index) => dataset !== null || !held.has(index));
  const { classes, ids } = labelIds(fit.map((index) => train.label(index)));
  if (classes.length < 2) {
    throw invalid("train", `must have items of at least 2 labels, it has ${classes.length}`, spec);
  }
  const candidates = draw(
    dataset === null ? heldOut : labelled(dataset),
    spec.queries,
    random,
    "queries",
  );
  if (candidates.length === 0) throw invalid("dataset", "must have labelled items", spec);

  const learned = new Set(fit.map((index) => train.itemDigest(index)));
  const overlaps = {
    "what is learned from": candidates.filter((i) => learned.has(queriesFrom.itemDigest(i))),
    "what the encoder was trained on": candidates.filter((i) =>
      seen.digests.has(queriesFrom.itemDigest(i)) && !learned.has(queriesFrom.itemDigest(i))
    ),
  };
  const left = new Set(Object.values(overlaps).flat());
  const queries = candidates.filter((index) => !left.has(index));
  const notes = [...seen.notes];
  for (const [where, items] of Object.entries(overlaps)) {
    if (items.length > 0) notes.push(await overlapNote(queriesFrom, items, where));
  }
  if (queries.length === 0) {
    const rule = `must have items that were not learned from: all ${candidates.length} were`;
    throw invalid("dataset", rule, spec);
  }
  const known = new Set(classes);
  const other = queries.filter((index) => !known.has(queriesFrom.label(index)!)).length;
  if (other > 0) {
    notes.push(`${other} judged items have labels that nothing was learned of: counted as wrong.`);
  }

  const share = (fraction: number) =>
    stratifiedShare(ids[0]!, fraction, random.fork("shares")).map((place) => fit[place]!);
  const limit = spec.supervised.limit ?? fit.length;
  const shares = spec.protocols.includes("finetune") ? spec.finetune.fractions.map(share) : [];
  const { unlabelled } = spec.finetune;
  let unjudged: number[] = [];
  if (unlabelled !== null && shares.length > 0) {
    const judged = new Set(queries.map((index) => queriesFrom.itemDigest(index)));
    unjudged = indices(train).filter((index) =>
      !held.has(index) && !judged.has(train.itemDigest(index))
    );
  }
  return {
    bank: draw(fit, spec.bank, random, "bank"),
    shares,
    unlabelled: shares.map((labelled) => unlabelledItems(spec, unjudged, labelled, random)),
    supervised: spec.protocols.includes("supervised") ? share(Math.min(1, limit / fit.length)) : [],
    queries,
    queriesFrom,
    classes,
    notes,
  };
}

/** Items that neither are judged nor have labels that are learned from. */
function unlabelledItems(
  spec: EvaluationSpec,
  unjudged: readonly number[],
  labelled: readonly number[],
  random: Random,
): number[] {
  if (spec.finetune.unlabelled === null) return [];
  const known = new Set(labelled);
  const left = unjudged.filter((index) => !known.has(index));
  const drawn = draw(left, spec.finetune.unlabelled.items, random, "unlabelled");
  if (drawn.length >= 2) return drawn;
  throw invalid(
    "train",
    `must have 2 items that are neither judged nor among the ${labelled.length} with labels, ` +
      `to learn from without, it has ${drawn.length}`,
    spec,
  );
}

/** What the encoder has seen, and what was held out of its data. */
function trainedItems(spec: EvaluationSpec, training: EvaluationData["training"]): {
  digests: Set<string>;
  heldOut: number[];
  notes: string[];
} {
  if (spec.training === null || training === null) {
    const note = "What the encoder was trained on is not there any more (or was never kept): it " +
      "could not be checked whether judged items are among it.";
    return { digests: new Set(), heldOut: [], notes: [note] };
  }
  const { split } = spec.training;
  const { data, evaluation } = training;
  const { training: trained, queries, queriesFrom } = splitItems(
    split,
    data,
    evaluation,
    new Random(split.seed).fork("split"),
  );
  return {
    digests: new Set(trained.map((index) => data.itemDigest(index))),
    heldOut: queriesFrom === "training" ? queries : [],
    notes: [],
  };
}

async function overlapNote(source: ItemSource, items: number[], where: string): Promise<string> {
  const shown = items.slice(0, NAMED);
  const names = await source.names?.(shown) ?? shown.map((index) => `item ${index}`);
  const more = items.length > NAMED ? ` and ${items.length - NAMED} more` : "";
  return `${items.length} items to judge were left out: the same bytes are among ${where} ` +
    `(${names.join(", ")}${more}).`;
}

function invalid(path: "train" | "dataset", rule: string, spec: EvaluationSpec): InvalidError {
  const value = (path === "train" ? spec.train : spec.dataset ?? spec.train).name;
  return new InvalidError(`Cannot evaluate: ${path} ${rule}, ${value}`, {
    errors: [{ path, rule, value }],
  });
}
