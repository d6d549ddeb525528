/**
 * The question of every card: did training help? Held-out items are classified by the features of
 * the trained encoder, of the same encoder untrained, and by raw pixels; none of them changes
 * meanwhile.
 *
 * @module
 */
import type { Encoder } from "../encoders/encoder.ts";
import type { Preprocessing } from "../schemas/encoder.ts";
import type { KnnResult, LinearResult, Score } from "../schemas/evaluation.ts";
import {
  type Answers,
  answersBy,
  type BankAndQueries,
  type FrozenProtocol,
  type JudgedItems,
} from "./answers.ts";
import { difference, interval, points, shareRight } from "./compare.ts";
import { confusionOf } from "./confusion.ts";
import { encodeAll, MOST_PIXELS, MOST_PROBED_PIXELS, pixelFeatures } from "./features.ts";
import { KNN_DEFAULTS } from "./knn.ts";

/** What is compared, on what. */
export interface FrozenJudgeOptions extends JudgedItems {
  /** Makes the encoder as it was before training; disposed of here. */
  untrained: () => Encoder;
  preprocessing: Preprocessing;
}

/** What came out, by protocol. */
export interface FrozenResults {
  knn?: KnnResult;
  linear?: LinearResult;
}

type Baselines = Record<"untrained" | "pixels", Answers>;

/** Judges encoders by the same items. The baselines are judged once, however often it is asked. */
export class FrozenJudge {
  readonly #options: FrozenJudgeOptions;
  readonly #baselines = new Map<FrozenProtocol, Baselines>();

  constructor(options: FrozenJudgeOptions) {
    this.#options = options;
  }

  /** Right answers of the last {@linkcode judge} by linear probe, item by item; for other gains. */
  linearRight: Float64Array | null = null;

  /** Judges an encoder by these protocols. */
  async judge(encoder: Encoder, protocols: readonly FrozenProtocol[]): Promise<FrozenResults> {
    await this.#judgeBaselines(protocols.filter((protocol) => !this.#baselines.has(protocol)));
    const trained = await this.#answers(await this.#encode(encoder), protocols);
    this.linearRight = trained.get("linear")?.right ?? null;
    const results: FrozenResults = {};
    for (const protocol of protocols) {
      const answers = trained.get(protocol)!;
      const baselines = this.#baselines.get(protocol)!;
      const { bank } = this.#options;
      const common = this.#compare(answers, baselines);
      if (protocol === "knn") {
        const { temperature, k } = KNN_DEFAULTS;
        const labels = bank.positions.length;
        results.knn = { kind: "knn", k: Math.min(k, labels), temperature, bank: labels, ...common };
      } else {
        results.linear = {
          kind: "linear",
          labels: bank.positions.length,
          standardised: true,
          fits: {
            trained: answers.fit!,
            untrained: baselines.untrained.fit!,
            pixels: baselines.pixels.fit!,
          },
          ...common,
        };
      }
    }
    return results;
  }

  async #judgeBaselines(protocols: readonly FrozenProtocol[]): Promise<void> {
    if (protocols.length === 0) return;
    const encoder = this.#options.untrained();
    let untrained: Map<FrozenProtocol, Answers>;
    try {
      untrained = await this.#answers(await this.#encode(encoder), protocols);
    } finally {
      encoder.dispose();
    }
    const { bank, queries } = this.#options;
    for (const protocol of protocols) {
      const most = protocol === "linear" ? MOST_PROBED_PIXELS : MOST_PIXELS;
      const features = { bank: pixelFeatures(bank, most), queries: pixelFeatures(queries, most) };
      const pixels = await this.#answers(features, [protocol]);
      this.#baselines.set(protocol, {
        untrained: untrained.get(protocol)!,
        pixels: pixels.get(protocol)!,
      });
    }
  }

  async #encode(encoder: Encoder): Promise<BankAndQueries> {
    const { bank, queries, preprocessing, pause } = this.#options;
    return {
      bank: await encodeAll(encoder, bank, preprocessing, pause),
      queries: await encodeAll(encoder, queries, preprocessing, pause),
    };
  }

  async #answers(
    features: BankAndQueries,
    protocols: readonly FrozenProtocol[],
  ): Promise<Map<FrozenProtocol, Answers>> {
    const all = new Map<FrozenProtocol, Answers>();
    for (const protocol of protocols) {
      all.set(protocol, await answersBy(protocol, features, this.#options));
    }
    return all;
  }

  #compare({ predicted, right }: Answers, { untrained, pixels }: Baselines) {
    const { queries, classes, random } = this.#options;
    const stream = () => random.stream("bootstrap");
    const untrainedScore = shareRight(untrained.right, stream());
    const pixelScore = shareRight(pixels.right, stream());
    const byPixels = pixelScore.value > untrainedScore.value;
    const gain = difference(right, (byPixels ? pixels : untrained).right, stream());
    return {
      queries: queries.positions.length,
      classes: classes.length,
      trained: shareRight(right, stream()),
      untrained: untrainedScore,
      pixels: pixelScore,
      gain,
      verdict: verdict(gain, byPixels ? "raw pixels" : "the untrained encoder"),
      confusion: confusionOf(queries.labels, predicted, classes),
    };
  }
}

function verdict(gain: Score, baseline: string): string {
  if (gain.low > 0) {
    return `Training clearly helped: ${points(gain.value)} above ${baseline} (${interval(gain)}).`;
  }
  if (gain.high < 0) {
    return `Training did not help: ${points(-gain.value)} below ${baseline} (${interval(gain)}). ` +
      "Train longer, on more images, or with a recipe nearer to this data.";
  }
  return `No clear difference from ${baseline}: ${points(gain.value)} (${interval(gain)}). ` +
    "Train longer or evaluate on more items.";
}
