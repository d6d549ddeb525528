/**
 * `deno task bench:quality long [72]`: a wider encoder for longer, on small images first; then what
 * it is worth with 1 % of the labels.
 *
 * @module
 */
import { cardText } from "../../scripts/demo/card.ts";
import { type QualityService, say, sayEvaluation, VALIDATION } from "./quality_service.ts";
import { BEST } from "./ten_minutes.ts";

/** The share of the time that is spent on small images. */
const SMALL_FIRST = 0.4;

/** Found on 500 labels, judged on other training images: see bench/RESULTS.md. */
const FEW_LABELS = { on: "projection", jitter: 0.25, crop: 0.3, steps: 2400 } as const;

/** Runs it. */
export async function longRun(service: QualityService, minutes: number): Promise<void> {
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
    imageSize: 32,
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
