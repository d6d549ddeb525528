/** A training job's progress as one line of a terminal. @module */
import type { JobProgress } from "../../src/schemas/job.ts";

const WIDTH = 24;
const encoder = new TextEncoder();

/** Seconds as `1:05`. */
function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** The line for a report. */
export function progressLine(progress: JobProgress): string {
  const filled = Math.round(progress.fraction * WIDTH);
  const bar = "█".repeat(filled) + "░".repeat(WIDTH - filled);
  const percent = `${Math.floor(100 * progress.fraction)}%`.padStart(4);
  const { entry } = progress;
  const of = entry === undefined ? "" : `${entry.label} (${entry.number} of ${entry.of})  `;
  if (progress.phase !== "training") return `${bar} ${percent}  ${of}${progress.phase} …`;
  const { loss } = progress.metrics;
  const accuracies = Object.entries(progress.metrics)
    .filter(([name]) => name.endsWith("Accuracy"))
    .map(([name, value]) => `${name.replace(/Accuracy$/, "")} acc ${(100 * value).toFixed(1)}%`);
  const total = progress.totalSteps === null ? "" : `/${progress.totalSteps}`;
  return [
    `${bar} ${percent}  ${of}step ${progress.step}${total}`,
    loss === undefined ? "" : `loss ${loss.toFixed(3)}`,
    ...accuracies,
    `${Math.round(progress.viewsPerSecond)} views/s`,
    progress.secondsLeft === null ? "" : `${clock(progress.secondsLeft)} left`,
  ].filter((part) => part !== "").join("  ");
}

/** Writes lines over one another on a terminal; elsewhere one line a tenth of the way. */
export class ProgressBar {
  readonly #terminal = Deno.stdout.isTerminal();
  #tenth = -1;

  show(progress: JobProgress): void {
    const line = progressLine(progress);
    if (this.#terminal) {
      Deno.stdout.writeSync(encoder.encode(`\r\x1b[2K${line}`));
      return;
    }
    const tenth = Math.floor(progress.fraction * 10);
    if (tenth === this.#tenth && progress.phase === "training") return;
    this.#tenth = tenth;
    Deno.stdout.writeSync(encoder.encode(`${line}\n`));
  }

  end(): void {
    if (this.#terminal) Deno.stdout.writeSync(encoder.encode("\n"));
  }
}
