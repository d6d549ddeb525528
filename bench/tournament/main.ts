/**
 * `deno task bench:tournament [minutes] [encoder]`: every pretext of the lecture on CIFAR-10, each
 * for the same time, through the service: what each head does on held-out images beside the goal for
 * it, and what each encoder's best block is worth beside the untrained encoder's; and what rotation
 * adds to SimCLR as a second head in the same time.
 *
 * Trains on train.tar, judges by validation.tar of ALIKE_CIFAR10, default ../shared/data/cifar10.
 * Default: 10 minutes each, resnet8. To import, to make the cards and to judge takes 10 to 15 minutes
 * in all besides: 95 for the default. With ALIKE_DATA_DIR its models stay there.
 *
 * @module
 */
import { EncoderRequest } from "../../src/schemas/encoder.ts";
import { QualityService, say, VALIDATION } from "../quality/quality_service.ts";
import { BEST } from "../quality/ten_minutes.ts";
import { goalsText, headsText } from "./goals.ts";
import { rankingText } from "./ranking_text.ts";

const [minutes = "10", encoder = "resnet8"] = Deno.args;
const { objective, recipe } = BEST;
await using service = await QualityService.start();
const { models, standing } = await service.tournament({
  type: "tournament",
  name: "cifar10",
  dataset: await service.images(50_000),
  objectives: [
    "rotation",
    "relative-position",
    { objective: { name: "jigsaw", grid: 2, permutations: 24 } },
    "context-encoder",
    { objective: { name: "denoising-autoencoder", noise: { kind: "gaussian", level: 0.2 } } },
    "frame-order",
    { objective, recipe },
    {
      label: "simclr-and-rotation",
      objective,
      recipe,
      heads: [{ objective: { name: "rotation", rotations: 1 }, weight: 0.5 }],
    },
  ],
  encoder: EncoderRequest.parse(encoder),
  minutes: Number(minutes),
  batchSize: 128,
  evaluate: { dataset: VALIDATION, queries: 5003, bank: 10_000 },
});
say(`\n${encoder}, ${minutes} minutes each\n`);
say(headsText(models));
say(goalsText(models));
say(rankingText(standing));
