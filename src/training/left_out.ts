/** What a run says of items that could not be decoded. @module */
import type { SkippedItem } from "../data/packed_images.ts";
import type { TrainEvent } from "./train_event.ts";

/** Most items left out that the log names; a damaged shard has thousands. */
const NAMED = 50;

/** A warning each, and one for all that are more than a log has room for. */
export function leftOut(skipped: readonly SkippedItem[]): TrainEvent[] {
  const warning = (message: string): TrainEvent => ({
    type: "log",
    level: "warn",
    message: `left out: ${message}`,
  });
  const unnamed = skipped.length - NAMED;
  return [
    ...skipped.slice(0, NAMED).map(({ error }) => warning(error.message)),
    ...(unnamed > 0 ? [warning(`${unnamed} more, as those before`)] : []),
  ];
}
