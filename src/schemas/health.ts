/** Health: what a run's features look like while it trains, and a plain verdict on it. @module */
import { z } from "zod";

/** What a run is found to be, from the least known to the worst. */
export const Verdict = z.enum([
  "warming-up",
  "learning",
  "plateau",
  "outplayed",
  "collapsing",
  "diverged",
]);
export type Verdict = z.infer<typeof Verdict>;

/** How a batch of features fills its space. */
export const FeatureHealth = z.object({
  dimensions: z.int().describe("d"),
  effectiveRank: z.number().describe("exp of the entropy of the singular values, 0..d"),
  spread: z.number().describe("Standard deviation of the unit vectors' numbers, times √d, 0..1"),
});
export type FeatureHealth = z.infer<typeof FeatureHealth>;

/** The same of what a contrastive objective compares, and how the pairs lie in it. */
export const ProjectionHealth = FeatureHealth.extend({
  alignment: z.number().describe("Mean squared distance of the pairs, 0..4"),
  uniformity: z.number().describe("log of the mean of exp(-2 × squared distance), -4.1..0"),
  entropy: z.number().describe("Of the softmax over the other views, nats"),
  maxEntropy: z.number().describe("ln(number of other views)"),
});
export type ProjectionHealth = z.infer<typeof ProjectionHealth>;

/** One report: what was measured at a step. */
export const HealthReport = z.object({
  step: z.int(),
  loss: z.number().describe("Mean over the steps since the last report"),
  chanceLoss: z.number().nullable()
    .describe("The loss of heads that know nothing; null where an objective has no such level"),
  learningRate: z.number(),
  gradientNorm: z.number(),
  weightNorm: z.number().describe("Euclidean length of all weights together"),
  weightGrowth: z.number().describe("That over what it was before the first step"),
  adversaryAccuracy: z.number().nullable().default(null)
    .describe("What share an objective's adversary tells right, 0.5 by chance; null without one"),
  h: FeatureHealth.describe("Of the encoder's features, as the first objective's head gets them"),
  projections: z.record(z.string(), ProjectionHealth).describe("By objective; of its z"),
});
export type HealthReport = z.infer<typeof HealthReport>;

/** What a run is, and why. */
export const Health = z.object({
  verdict: Verdict,
  reason: z.string().describe("In words, with the figures"),
  since: z.int().describe("The step at which the verdict was first given"),
  report: HealthReport.nullable().describe("The newest report; null before the first"),
}).meta({ id: "Health" });
export type Health = z.infer<typeof Health>;

/** A change of the verdict. */
export const VerdictChange = z.object({
  step: z.int(),
  verdict: Verdict,
  previous: Verdict,
  reason: z.string(),
});
export type VerdictChange = z.infer<typeof VerdictChange>;

/** When a run is to end by itself. */
export const AutoStop = z.strictObject({
  on: z.array(z.enum(["plateau", "outplayed", "collapsing", "diverged"])).min(1)
    .refine((verdicts) => new Set(verdicts).size === verdicts.length, "must not repeat a verdict")
    .default(["plateau", "collapsing", "diverged"])
    .describe("Verdicts that end the run"),
  patience: z.int().min(0).max(100_000_000).default(50)
    .describe("Steps that such a verdict must have stood; numbers that are no numbers end at once"),
}).meta({ id: "AutoStop" });
export type AutoStop = z.infer<typeof AutoStop>;
