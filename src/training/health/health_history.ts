/**
 * Health history: a run's reports, all of the newest and ever fewer of the older ones, so that a
 * checkpoint holds them however long the run is.
 *
 * @module
 */
import type { HealthReport } from "../../schemas/health.ts";
import { START_REPORTS } from "./verdict.ts";

/** Newest reports that are all kept. */
const RECENT = 32;
/** Most older ones; when there are more, every second one is dropped. */
const PAST = 96;

/** As a checkpoint holds it. */
export interface HealthHistoryState {
  start: HealthReport[];
  past: HealthReport[];
  recent: HealthReport[];
  /** Of the reports that leave `recent`, every so many-th is kept. */
  stride: number;
  /** Reports that have left `recent`. */
  left: number;
}

/** A history without reports. */
export function emptyHistory(): HealthHistoryState {
  return { start: [], past: [], recent: [], stride: 1, left: 0 };
}

/** The history with one more report; which are kept depends on their number alone. */
export function addReport(state: HealthHistoryState, report: HealthReport): HealthHistoryState {
  if (state.start.length < START_REPORTS) return { ...state, start: [...state.start, report] };
  const recent = [...state.recent, report];
  if (recent.length <= RECENT) return { ...state, recent };
  const oldest = recent.shift()!;
  let { past, stride } = state;
  if (state.left % stride === 0) past = [...past, oldest];
  if (past.length > PAST) {
    past = past.filter((_, i) => i % 2 === 0);
    stride *= 2;
  }
  return { start: state.start, past, recent, stride, left: state.left + 1 };
}

/** All reports that are left, oldest first. */
export function reportsOf({ start, past, recent }: HealthHistoryState): HealthReport[] {
  return [...start, ...past, ...recent];
}
