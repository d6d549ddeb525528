/**
 * `deno task bench:quality long [72] [32]`: a wider encoder for longer, on small images first, then
 * on some of that size; then what it is worth with 1 % of the labels, alone and beside items without.
 *
 * @module
 */
import { cardText } from "../../scripts/demo/card.ts";
import { type QualityService, say, sayEvaluation, VALIDATION } from "./quality_service.ts";
import { BEST } from "./ten_minutes.ts";

/** The share of the time that is spent on small images. */
const SMALL_FIRST = 0.4;

/** What 1 % of the labels are made the most of with; see bench/RESULTS.md. */
const FEW_LABELS = {
  on: "projection",
  steps: 1800,
  unlabelled: { items: 49_000 },
} as const;

/** Runs it. @param size Of the images in the end, pixels. */
export async function longRun(
  service: QualityService,
  minutes: number,
  size: number,
): Promise<void> {
  const dataset = await service.images(50_000);
  const evaluate = { dataset: VALIDATION, queries: 5003, bank: 10_000 };
  const { encoder: _, ...recipe } = BEST;
  const small = await service.run({
    ...recipe,
    type: "train",
    name: "small-images",
    dataset,
    encoder: { ...BEST.encoder, width: 32 },
    imageSize: 16,
    minutes: SMALL_FIRST * minutes,
    evaluate,
  });
  say(cardText(small));
  const model = await service.run({
    ...recipe,
    type: "train",
    name: "long",
    dataset,
    from: { model: "small-images", heads: true },
    imageSize: size,
    minutes: (1 - SMALL_FIRST) * minutes,
    evaluate,
  });
  say(cardText(model));
  for (const finetune of [{}, FEW_LABELS]) {
    const judged = await service.run({
      type: "evaluate",
      model: "long",
      train: dataset,
      dataset: VALIDATION,
      protocols: ["finetune"],
      finetune: { fractions: [0.01], ...finetune },
    });
    sayEvaluation(judged);
  }
}
