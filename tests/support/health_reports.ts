/** Reports of health as runs of a certain kind would make them. @module */
import { Random } from "../../src/random.ts";
import type { HealthReport } from "../../src/schemas/health.ts";

/** What of a report may be chosen, as a function of the place of the report, 0..1. */
export interface Course {
  loss: (place: number) => number;
  rank?: (place: number) => number;
  /** Of the projections. */
  spread?: (place: number) => number;
  weights?: (place: number) => number;
  learningRate?: (place: number) => number;
  chance?: number | null;
  /** Of an adversary. */
  accuracy?: (place: number) => number;
  /** Standard deviation of the loss's noise. */
  noise?: number;
  /** False: an objective that compares nothing. */
  contrastive?: boolean;
}

/** `count` reports, five steps apart, of a run with 2K = 64 views a batch. */
export function healthReports(count: number, course: Course, seed = 1): HealthReport[] {
  const stream = new Random(seed).stream("health");
  const { rank = () => 41, spread = () => 0.6, weights = () => 20 } = course;
  return Array.from({ length: count }, (_, i) => {
    const place = count === 1 ? 0 : i / (count - 1);
    const h = { dimensions: 64, effectiveRank: rank(place), spread: 0.5 };
    const z = {
      ...h,
      spread: spread(place),
      alignment: 0.4,
      uniformity: -1.5,
      entropy: 4,
      maxEntropy: Math.log(63),
    };
    return {
      step: 5 * (i + 1),
      loss: course.loss(place) + stream.normal(0, course.noise ?? 0.05),
      chanceLoss: course.chance === undefined ? Math.log(63) : course.chance,
      adversaryAccuracy: course.accuracy?.(place) ?? null,
      learningRate: course.learningRate?.(place) ?? 1e-3,
      gradientNorm: 1,
      weightNorm: weights(place),
      weightGrowth: weights(place) / 20,
      h,
      projections: course.contrastive === false ? {} : { simclr: z },
    };
  });
}
