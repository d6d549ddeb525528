/**
 * Health monitor: takes a run's reports and says when the verdict changes. All it knows is in its
 * state, so that a resumed run comes to the same verdicts at the same steps.
 *
 * @module
 */
import type { Health, HealthReport, Verdict, VerdictChange } from "../../schemas/health.ts";
import { addReport, emptyHistory, type HealthHistoryState, reportsOf } from "./health_history.ts";
import { judge } from "./verdict.ts";

/** As a checkpoint holds it. */
export interface HealthState {
  history: HealthHistoryState;
  /** The length of the weights before the first step; null before that. */
  startWeightNorm: number | null;
  verdict: Verdict;
  reason: string;
  since: number;
  /** What the newest reports were found to be, since when, and how many of them. */
  found: { verdict: Verdict; step: number; reports: number } | null;
}

/**
 * Reports that must agree before the verdict changes: one alone may be an accident. A plateau is in
 * no hurry, and a noisy loss looks like one now and then.
 */
function reportsNeeded(verdict: Verdict): number {
  return verdict === "plateau" ? 5 : 2;
}

/** The state before the first report. */
export function initialHealth(): HealthState {
  return {
    history: emptyHistory(),
    startWeightNorm: null,
    verdict: "warming-up",
    reason: "nothing is measured yet",
    since: 0,
    found: null,
  };
}

/** Watches one run. */
export class HealthMonitor {
  #state: HealthState;

  constructor(state: HealthState = initialHealth()) {
    this.#state = state;
  }

  /** For a checkpoint. */
  get state(): HealthState {
    return this.#state;
  }

  /** Goes back to an earlier state. */
  restore(state: HealthState): void {
    this.#state = state;
  }

  /** Notes the length of the weights before the first step. */
  begin(weightNorm: number): void {
    this.#state = { ...this.#state, startWeightNorm: weightNorm };
  }

  /** For people. */
  get health(): Health {
    const { verdict, reason, since, history } = this.#state;
    return { verdict, reason, since, report: reportsOf(history).at(-1) ?? null };
  }

  /**
   * Whether this is a state to come back to: the run learns or has learned, and the newest report
   * alone gives no ground for doubt. Verdicts come some reports late; a checkpoint must not be
   * kept from in between.
   */
  get healthy(): boolean {
    const { verdict, found } = this.#state;
    const good = (one: Verdict) => one === "learning" || one === "plateau";
    return good(verdict) && (found === null || good(found.verdict));
  }

  /** Takes a report. @returns The change of the verdict, if it is one. */
  observe(report: HealthReport): VerdictChange | undefined {
    const history = addReport(this.#state.history, report);
    const { verdict, reason } = judge(reportsOf(history));
    const { verdict: previous, found } = this.#state;
    const same = found?.verdict === verdict ? found : { step: report.step, reports: 0 };
    const next = {
      ...this.#state,
      history,
      found: { verdict, step: same.step, reports: same.reports + 1 },
    };
    if (verdict === previous) {
      this.#state = { ...next, reason };
      return undefined;
    }
    // What was known is not unknown again because the loss has become noisy.
    if (verdict === "warming-up" || same.reports + 1 < reportsNeeded(verdict)) {
      this.#state = next;
      return undefined;
    }
    this.#state = { ...next, verdict, reason, since: same.step };
    return { step: report.step, verdict, previous, reason };
  }

  /** Notes that a number has stopped being one. */
  diverge(step: number, reason: string): VerdictChange {
    const { verdict: previous } = this.#state;
    this.#state = { ...this.#state, verdict: "diverged", reason, since: step, found: null };
    return { step, verdict: "diverged", previous, reason };
  }
}
