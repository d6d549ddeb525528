/** Which data sets a job reads. @module */
import type { JobSpec } from "../schemas/job.ts";

/** The ids of the data set that a job learns from (or embeds) and of that which it judges by, if it is another. */
export function datasetsOf(spec: JobSpec): [string, string | null] {
  switch (spec.type) {
    case "train":
    case "tournament":
      return [spec.dataset, spec.evaluationDataset];
    case "evaluate":
      return [spec.train.id, spec.dataset?.id ?? null];
    case "index":
      return [spec.dataset, null];
    default:
      return spec satisfies never;
  }
}
