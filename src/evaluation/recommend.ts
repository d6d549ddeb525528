/** Recommendation: the best of a ranking, and how sure one can be of it. @module */
import type { Score } from "../schemas/evaluation.ts";
import type { RankedBlock, Recommendation, TournamentTable } from "../schemas/tournament.ts";
import { interval, points } from "./compare.ts";

/** Close ones that a verdict has room for. */
const NAMED = 3;

/** Null where nothing was judged. */
export function recommend({ by, rows, pixels }: TournamentTable): Recommendation | null {
  const [best, ...others] = rows;
  if (best === undefined) return null;
  const { trained: score, gain } = best[by]!;
  const close = others.filter(({ behind }) => behind!.low <= 0);
  return {
    model: best.model,
    label: best.label,
    block: best.block,
    last: best.last,
    score,
    gain,
    clear: close.length === 0,
    close: close.map(({ label, block }) => ({ label, block })),
    verdict: [
      `${nameOf(best)} is best: ${by === "linear" ? "linear probe" : "kNN"} ` +
      `${percent(score.value)}.`,
      gainText(gain),
      pixelText(score, pixels[by]),
      closeText(close, others.length),
    ].filter((text) => text !== "").join(" "),
  };
}

function nameOf({ label, block, last }: Pick<RankedBlock, "label" | "block" | "last">): string {
  return `${label}, block ${block}${last ? " (the last)" : ""}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function gainText(gain: Score): string {
  if (gain.low > 0) {
    return `Training clearly helped: ${points(gain.value)} above the untrained encoder's same ` +
      `block (${interval(gain)}).`;
  }
  if (gain.high < 0) {
    return `Training did not help: ${points(-gain.value)} below the untrained encoder's same ` +
      `block (${interval(gain)}).`;
  }
  return `No clear difference from the untrained encoder's same block: ${points(gain.value)} ` +
    `(${interval(gain)}).`;
}

function pixelText(score: Score, pixels: Score | null): string {
  if (pixels === null || score.low > pixels.value) return "";
  return `Raw pixels are not clearly worse: ${percent(pixels.value)}.`;
}

function closeText(close: RankedBlock[], others: number): string {
  if (others === 0) return "";
  if (close.length === 0) return "Every other block is clearly behind.";
  const named = close.slice(0, NAMED).map(nameOf).join("; ");
  const more = close.length > NAMED ? `; and ${close.length - NAMED} more` : "";
  return `Not clearly ahead of: ${named}${more}. Train longer, or judge by more items, to tell them ` +
    "apart.";
}
