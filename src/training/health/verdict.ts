/**
 * Verdict: what a run's reports say of it, as a pure function. The rules, with their reasons, are in
 * `docs/health.md`.
 *
 * A run is compared with its own start and with chance, never with a fixed number: an encoder that
 * was not trained has a loss below chance already (two views of one image are alike), so only a
 * clear fall below its own start counts.
 *
 * @module
 */
import type { HealthReport, Verdict } from "../../schemas/health.ts";

/** A verdict with its reason in words. */
export interface Judgement {
  verdict: Verdict;
  reason: string;
}

/** Reports whose mean stands for the start of a run. */
export const START_REPORTS = 3;
/** Newest reports that stand for the present. */
const RECENT_REPORTS = 4;
/** Reports before anything but a collapse or a divergence is said. */
const LEAST_REPORTS = 8;
/** Fewest reports whose halves are compared, where there are so many. */
const LEAST_WINDOW = 16;
/** Reports before a flat loss counts as one. */
const PLATEAU_REPORTS = 24;

/** Above the start and above chance by this share: diverged. */
const RISE = 0.2;
/** Growth of the weights that no run that learns has. */
const WEIGHT_GROWTH = 1000;
/** Within this share of chance (or the start) nothing has been learned. */
const NEAR_CHANCE = 0.02;
/** A rank below this share of the largest it has had has collapsed. */
const RANK_SHARE = 0.25;
/** A spread below this, and half of what it was, has collapsed. */
const LEAST_SPREAD = 0.1;
/** A spread below this has collapsed, whatever it was. */
const NO_SPREAD = 0.02;
/** Least fall of the loss below the start that counts, as a share of the start. */
const LEAST_GAIN = 0.02;
/** Least fall over the window that counts, as a share of the loss. */
const LEAST_FALL = 0.002;
/** An adversary that is right so often has won: what it says teaches nothing any more. */
const ADVERSARY_WINS = 0.95;

/** A learning rate below this share of its peak moves little any more. */
const WOUND_DOWN = 0.25;

/**
 * Judges a run.
 *
 * @param reports Finite ones, oldest first; older ones may have been thinned, but for the first
 * {@linkcode START_REPORTS}.
 */
export function judge(reports: readonly HealthReport[]): Judgement {
  const newest = reports.at(-1);
  if (newest === undefined) return { verdict: "warming-up", reason: "nothing is measured yet" };
  return divergence(reports) ?? collapse(reports) ?? defeat(reports) ?? tendency(reports, newest);
}

/** Whether an adversary tells everything apart, over as many reports as a verdict needs. */
function defeat(reports: readonly HealthReport[]): Judgement | undefined {
  if (reports.length < LEAST_REPORTS) return undefined;
  const shares = reports.slice(-LEAST_REPORTS).map((report) => report.adversaryAccuracy ?? null);
  const known = shares.filter((share) => share !== null);
  if (known.length < LEAST_REPORTS || mean(known) < ADVERSARY_WINS) return undefined;
  return {
    verdict: "outplayed",
    reason: `the adversary is right in ${show(100 * mean(known))} % of cases (chance: 50 %), so ` +
      `that it teaches nothing more; lower its learning rate or its weight`,
  };
}

/** Whether the loss or the weights have run away. */
function divergence(reports: readonly HealthReport[]): Judgement | undefined {
  if (reports.length < START_REPORTS + RECENT_REPORTS) return undefined;
  const newest = reports.at(-1)!;
  const start = mean(losses(reports.slice(0, START_REPORTS)));
  const top = Math.max(start, newest.chanceLoss ?? start);
  // All of them, not their mean: one wild batch is no divergence.
  const least = Math.min(...losses(reports.slice(-RECENT_REPORTS)));
  if (least > top + RISE * Math.abs(top)) {
    return {
      verdict: "diverged",
      reason: `the loss rose from ${show(start)} to ${show(newest.loss)} and stays there` +
        beside(newest),
    };
  }
  const { weightNorm, weightGrowth } = newest;
  if (weightGrowth > WEIGHT_GROWTH) {
    const before = show(weightNorm / weightGrowth);
    return {
      verdict: "diverged",
      reason: `the length of the weights grew from ${before} to ${show(weightNorm)}`,
    };
  }
  return undefined;
}

/** Whether all images are becoming one to the encoder. */
function collapse(reports: readonly HealthReport[]): Judgement | undefined {
  if (reports.length <= RECENT_REPORTS) return undefined;
  const newest = reports.at(-1)!;
  const start = mean(losses(reports.slice(0, START_REPORTS)));
  const chance = newest.chanceLoss ?? start;
  const recent = mean(losses(reports.slice(-RECENT_REPORTS)));
  const knowsNothing = recent > chance - NEAR_CHANCE * Math.abs(chance);
  const level = newest.chanceLoss === null
    ? `the loss stays at ${show(recent)}, where it began`
    : `the loss stays near chance, ${show(recent)} of ${show(chance)}`;

  for (const name of Object.keys(newest.projections)) {
    const spreads = smooth(reports, (report) => report.projections[name]?.spread ?? 0);
    const now = spreads.at(-1)!;
    if (now < NO_SPREAD || (now < LEAST_SPREAD && now < spreads[0]! / 2)) {
      return {
        verdict: "collapsing",
        reason: `the projections of ${name} are becoming one point: their spread went from ` +
          `${show(spreads[0]!)} to ${show(now)} of 1, while the loss is ${show(recent)}` +
          beside(newest),
      };
    }
  }
  if (!knowsNothing) return undefined;
  const ranks = [
    { of: "h", values: smooth(reports, ({ h }) => h.effectiveRank) },
    ...Object.keys(newest.projections).map((name) => ({
      of: `the projections of ${name}`,
      values: smooth(reports, ({ projections }) => projections[name]?.effectiveRank ?? 0),
    })),
  ];
  for (const { of, values } of ranks) {
    const highest = Math.max(...values);
    const rank = values.at(-1)!;
    if (rank >= RANK_SHARE * highest) continue;
    return {
      verdict: "collapsing",
      reason: `the effective rank of ${of} fell from ${show(highest)} to ${show(rank)} ` +
        `while ${level}`,
    };
  }
  const spreads = smooth(reports, ({ h }) => h.spread);
  const spread = spreads.at(-1)!;
  if (spread < NO_SPREAD && spread < spreads[0]! / 2) {
    return {
      verdict: "collapsing",
      reason: `the features h are becoming one point: their spread went from ` +
        `${show(spreads[0]!)} to ${show(spread)} of 1, while ${level}`,
    };
  }
  return undefined;
}

/** Whether the loss falls, lies flat, or cannot be told yet. */
function tendency(reports: readonly HealthReport[], newest: HealthReport): Judgement {
  const { length } = reports;
  if (length < LEAST_REPORTS) {
    const reason = `${length} of the ${LEAST_REPORTS} reports that a verdict needs are there`;
    return { verdict: "warming-up", reason };
  }
  const now = course(reports);
  const { start, level } = now;
  const fell = `the loss fell from ${show(start)} to ${show(level)}${beside(newest)}`;
  const stays = `the loss, ${show(level)}, is not clearly below where it began, ${show(start)}`;
  if (now.learned && (now.falls || length < PLATEAU_REPORTS)) {
    return { verdict: "learning", reason: fell };
  }
  if (now.learned) {
    // At the end of a schedule the loss is flat because the rate is next to nothing, which says
    // nothing of the run: what it was before stands.
    const before = beforeWindDown(reports);
    if (before.length < length && before.length >= LEAST_REPORTS && course(before).falls) {
      const rate = show(newest.learningRate);
      const reason = `${fell}; it is level now that the learning rate is down to ${rate}`;
      return { verdict: "learning", reason };
    }
    const { older, from } = now;
    const reason = `${fell}, but not since step ${from}: ${show(older)} to ${show(level)}`;
    return { verdict: "plateau", reason };
  }
  const rises = newest.learningRate > 1.001 * reports.at(-RECENT_REPORTS)!.learningRate;
  if (length < PLATEAU_REPORTS || rises) {
    const reason = rises ? `${stays}; the learning rate still rises` : stays;
    return { verdict: "warming-up", reason };
  }
  const reason = `${stays}, after ${newest.step} steps${beside(newest)}`;
  return { verdict: "plateau", reason };
}

/** Where the loss came from and where it is going: the last third of the run in two halves. */
function course(reports: readonly HealthReport[]) {
  const last = reports.at(-1)!;
  const third = reports.filter(({ step }) => step > last.step * 2 / 3);
  const window = third.length < LEAST_WINDOW ? reports.slice(-LEAST_WINDOW) : third;
  const older = losses(window.slice(0, window.length >> 1));
  const newer = losses(window.slice(window.length >> 1));
  // From one report to the next, so that a trend is not taken for noise.
  const steps = losses(reports).map((loss, i, all) => i === 0 ? 0 : loss - all[i - 1]!).slice(1);
  const deviation = Math.sqrt(mean(steps.map((step) => step ** 2)) / 2);
  const error = (a: number, b: number) => deviation * Math.sqrt(1 / a + 1 / b);
  const start = mean(losses(reports.slice(0, START_REPORTS)));
  const level = mean(newer);
  const gain = start - level;
  const fall = mean(older) - level;
  return {
    start,
    level,
    older: mean(older),
    from: window[0]!.step,
    learned: gain > 4 * error(START_REPORTS, newer.length) && gain > LEAST_GAIN * Math.abs(start),
    // A fall that may be one counts: a plateau is said only where there is none to be seen.
    falls: fall > error(older.length, newer.length) &&
      fall > LEAST_FALL * Math.abs(mean(older)),
  };
}

/** Without the end of a schedule. */
function beforeWindDown(reports: readonly HealthReport[]): readonly HealthReport[] {
  const peak = Math.max(...reports.map(({ learningRate }) => learningRate));
  const end = reports.findLastIndex(({ learningRate }) => learningRate >= WOUND_DOWN * peak);
  return reports.slice(0, end + 1);
}

/** Medians of three reports in a row: one odd batch is no trend. */
function smooth(
  reports: readonly HealthReport[],
  value: (report: HealthReport) => number,
): number[] {
  return reports.slice(2).map((_, i) =>
    reports.slice(i, i + 3).map(value).sort((a, b) => a - b)[1]!
  );
}

function losses(reports: readonly HealthReport[]): number[] {
  return reports.map(({ loss }) => loss);
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function beside({ chanceLoss }: HealthReport): string {
  return chanceLoss === null ? "" : ` (chance: ${show(chanceLoss)})`;
}

/** A number as a person would write it: three digits. */
function show(value: number): string {
  return Math.abs(value) >= 1e6 ? value.toExponential(1) : `${Number(value.toPrecision(3))}`;
}
