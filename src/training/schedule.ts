/** Learning-rate schedules. @module */
import type { ScheduleOptions } from "../schemas/recipe.ts";

/**
 * The factor on the base learning rate at a point of the run.
 *
 * Warm-up goes linearly from 0 to 1; `cosine` then follows half a cosine to 0 (Loshchilov & Hutter
 * 2017, without restarts), `constant` stays.
 *
 * @returns A function of progress, 0..1, as steps done over steps in all.
 */
export function createSchedule(
  options: Pick<ScheduleOptions, "name" | "warmup">,
): (progress: number) => number {
  const { name, warmup } = options;
  return (progress) => {
    if (progress < warmup) return progress / warmup;
    if (name === "constant") return 1;
    const rest = Math.min(1, (progress - warmup) / (1 - warmup));
    return 0.5 * (1 + Math.cos(Math.PI * rest));
  };
}
