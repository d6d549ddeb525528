/** A tournament's ranking as text. @module */
import type { Score } from "../../src/schemas/evaluation.ts";
import type { RankedBlock, TournamentStanding } from "../../src/schemas/tournament.ts";
import { table } from "./goals.ts";

/** All blocks, the best first; then of each entry the best block by kNN. */
export function rankingText({ table: ranking, recommended, entries }: TournamentStanding): string {
  const failed = entries.flatMap(({ label, error }) =>
    error === null ? [] : [`${label}: ${error}`]
  );
  if (ranking === null) return failed.join("\n");
  const { rows, pixels } = ranking;
  const line = ({ label, block, last, dimensions, knn, linear }: RankedBlock) => [
    label,
    `${block}${last ? " (last)" : ""}`,
    dimensions,
    percent(linear?.trained),
    percent(linear?.gain),
    percent(knn?.trained),
    percent(knn?.untrained),
    percent(knn?.gain),
  ];
  const head = [
    "entry",
    "block",
    "numbers",
    "linear probe",
    "minus untrained",
    "kNN",
    "untrained",
    "minus untrained",
  ];
  const best = new Map<string, RankedBlock>();
  for (const row of rows) {
    const known = best.get(row.label);
    if (known === undefined || row.knn!.trained.value > known.knn!.trained.value) {
      best.set(row.label, row);
    }
  }
  return [
    ...failed,
    `${ranking.queries} held-out items, ${ranking.labels} labels; in per cent, with 95 % intervals`,
    "",
    table(head, rows.map(line)),
    `raw pixels: linear probe ${percent(pixels.linear)}, kNN ${percent(pixels.knn)}`,
    "",
    "The best block of each by kNN:",
    "",
    table(head, [...best.values()].map(line)),
    recommended?.verdict ?? "",
  ].join("\n");
}

function percent(score: Score | null | undefined): string {
  if (score === null || score === undefined) return "";
  const of = (share: number) => (100 * share).toFixed(1);
  return `${of(score.value)} (${of(score.low)} to ${of(score.high)})`;
}
