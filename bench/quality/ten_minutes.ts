/**
 * `deno task bench:quality minutes [10]`: the best recipe that we know for so many minutes of two
 * cores on all of CIFAR-10, beside PyTorch's resnet8 on 25,000 images for 10 epochs; then what the
 * encoder is worth with 1 % of the labels (`labels`), or beside the same encoder trained with all of
 * them (`supervised`).
 *
 * @module
 */
import { cardText } from "../../scripts/demo/card.ts";
import { type QualityService, say, sayEvaluation, VALIDATION } from "./quality_service.ts";
import { torchQuality } from "./torch_quality.ts";

/** Found on 400 steps of resnet8, kNN on validation.tar: see bench/RESULTS.md. */
export const BEST = {
  objective: { name: "simclr", temperature: 0.2 },
  encoder: { name: "resnet8", width: 16 },
  recipe: "simclr-short",
  batchSize: 128,
} as const;

/** What is judged after training: nothing more, with 1 % of the labels, or with all of them. */
export type Judgement = "minutes" | "labels" | "supervised";

/** Runs it. */
export async function tenMinutes(
  service: QualityService,
  minutes: number,
  judgement: Judgement,
): Promise<void> {
  const dataset = await service.images(50_000);
  const model = await service.run({
    ...BEST,
    type: "train",
    name: "best",
    dataset,
    minutes,
    evaluate: { dataset: VALIDATION, queries: 5003, bank: 10_000 },
  });
  say(cardText(model));
  if (judgement === "minutes") return;
  const judged = await service.run({
    type: "evaluate",
    model: "best",
    train: dataset,
    dataset: VALIDATION,
    ...(judgement === "labels"
      ? { protocols: ["finetune"], finetune: { fractions: [0.01] } }
      : { protocols: ["linear", "supervised"], bank: 50_000 }),
  });
  sayEvaluation(judged);
  const options = ["--images", "25000", "--epochs", "10"];
  options.push(...(judgement === "labels" ? ["--labels", "500"] : ["--supervised"]));
  say(`PyTorch: ${JSON.stringify(await torchQuality(options))}`);
}
