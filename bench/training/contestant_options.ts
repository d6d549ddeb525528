/** What each contestant of `deno task bench:train` is called with. @module */
import { parseArgs } from "node:util";

/** The command line of a contestant. Where there is one replica, `threads` means nothing. */
export function contestantOptions() {
  const { values } = parseArgs({
    options: {
      data: { type: "string", default: "../shared/data/cifar10" },
      images: { type: "string", default: "2000" },
      steps: { type: "string", default: "20" },
      batch: { type: "string", default: "256" },
      threads: { type: "string", default: "2" },
    },
  });
  return values;
}
