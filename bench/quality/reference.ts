/**
 * `deno task bench:quality reference [seeds]`: the reference run, ours and PyTorch's, for each seed:
 * resnet8 of width 16, 10,000 CIFAR-10 images, 10 epochs of 256 pairs, SimCLR's views, NT-Xent at
 * 0.5, Adam at 0.002 with a warm-up and a cosine. Last epoch, judged on validation.tar.
 *
 * @module
 */
import type { Score } from "../../src/schemas/evaluation.ts";
import { type QualityService, say, VALIDATION } from "./quality_service.ts";
import { torchQuality } from "./torch_quality.ts";

const percent = (value: number) => (100 * value).toFixed(1);
const interval = ({ value, low, high }: Score) =>
  `${percent(value)} (${percent(low)} – ${percent(high)})`;

/** Runs it. */
export async function reference(service: QualityService, seeds: number): Promise<void> {
  const dataset = await service.images(10_000);
  for (let seed = 0; seed < seeds; seed++) {
    const { card } = await service.run({
      type: "train",
      name: `reference-${seed}`,
      dataset,
      objective: { name: "simclr", temperature: 0.5 },
      encoder: { name: "resnet8", width: 16 },
      recipe: "simclr-cifar",
      batchSize: 256,
      epochs: 10,
      seed,
      evaluate: { dataset: VALIDATION, queries: 5003, bank: 10_000 },
    });
    say(
      `seed ${seed}, Alike: kNN ${interval(card.evaluation!.trained)}, linear ${
        interval(card.linear!.trained)
      }; untrained ${interval(card.evaluation!.untrained)}, ${
        interval(card.linear!.untrained)
      }; ${card.steps} steps, ${Math.round(card.viewsPerSecond)} views/s`,
    );
    const torch = await torchQuality(["--images", "10000", "--epochs", "10", "--seed", `${seed}`]);
    say(
      `seed ${seed}, PyTorch: kNN ${percent(torch.trained.knn)}, linear ${
        percent(torch.trained.linear)
      }; untrained ${percent(torch.untrained.knn)}, ${
        percent(torch.untrained.linear)
      }; ${torch.steps} steps, ${Math.round(torch.viewsPerSecond)} views/s`,
    );
  }
}
