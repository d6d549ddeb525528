/**
 * Ranking of judged blocks: every figure with its interval, every comparison paired item by item.
 *
 * @module
 */
import type { Random } from "../random.ts";
import type { Score } from "../schemas/evaluation.ts";
import type { RankedBlock, RankedBy, TournamentTable } from "../schemas/tournament.ts";
import type { FrozenProtocol } from "./answers.ts";
import type { BlockAnswers, RightAnswers } from "./block_judge.ts";
import { difference, shareRight } from "./compare.ts";

/** What every entry is held against. */
export interface Reference {
  /** Blocks of the untrained encoder, from the input up. */
  blocks: BlockAnswers[];
  pixels: RightAnswers;
}

/** An entry that has been judged. */
export interface JudgedEntry {
  /** Which of the tournament's. */
  entry: number;
  label: string;
  model: string;
  /** From the input up. */
  blocks: BlockAnswers[];
}

/** What {@linkcode rankBlocks} takes. */
export interface RankOptions {
  protocols: readonly FrozenProtocol[];
  reference: Reference;
  entries: readonly JudgedEntry[];
  labels: number;
  classes: number;
  /** Draws the items of the bootstrap. */
  random: Random;
  /** Called between pieces of work; throws to stop. */
  pause: () => Promise<void>;
}

/** The best by linear probe first, or by kNN if there is none; of equals the one that came first. */
export async function rankBlocks(options: RankOptions): Promise<TournamentTable> {
  const { protocols, reference, entries, random, pause } = options;
  const by: RankedBy = protocols.includes("linear") ? "linear" : "knn";
  const stream = () => random.stream("bootstrap");
  const known = new Map<Float64Array, Score>();
  /** Of the untrained encoder, which every entry is held against. */
  const scoreOf = (right: Float64Array): Score => {
    const score = known.get(right) ?? shareRight(right, stream());
    known.set(right, score);
    return score;
  };
  const compare = ({ right }: BlockAnswers, block: number, protocol: FrozenProtocol) => {
    const before = reference.blocks[block]!.right[protocol]!;
    return {
      trained: shareRight(right[protocol]!, stream()),
      untrained: scoreOf(before),
      gain: difference(right[protocol]!, before, stream()),
    };
  };
  const rows: (RankedBlock & { right: Float64Array })[] = [];
  for (const { entry, label, model, blocks } of entries) {
    for (const [block, answers] of blocks.entries()) {
      const score = (protocol: FrozenProtocol) =>
        protocols.includes(protocol) ? compare(answers, block, protocol) : null;
      rows.push({
        entry,
        label,
        model,
        block,
        last: block === blocks.length - 1,
        dimensions: answers.dimensions,
        knn: score("knn"),
        linear: score("linear"),
        behind: null,
        right: answers.right[by]!,
      });
      await pause();
    }
  }
  rows.sort((a, b) => b[by]!.trained.value - a[by]!.trained.value);
  for (const row of rows.slice(1)) {
    row.behind = difference(rows[0]!.right, row.right, stream());
    await pause();
  }
  const pixels = (protocol: FrozenProtocol) =>
    protocols.includes(protocol) ? shareRight(reference.pixels[protocol]!, stream()) : null;
  return {
    by,
    queries: rows[0]?.right.length ?? 0,
    labels: options.labels,
    classes: options.classes,
    pixels: { knn: pixels("knn"), linear: pixels("linear") },
    rows: rows.map(({ right: _, ...row }) => row),
  };
}
