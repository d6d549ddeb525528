/** Data sets as rows, for tests that need no images. @module */
import { NotFoundError } from "../../src/errors.ts";
import { encodeNetpbm, netpbmMediaType } from "../../src/images/netpbm.ts";
import type { DatasetReader } from "../../src/jobs/resolve_train.ts";
import type { Dataset, DatasetItem, DatasetKind } from "../../src/schemas/dataset.ts";

/** What to change of a data set of 1,000 grey 28×28 images in ten classes. */
export interface FakeDataset {
  name?: string;
  classes?: Record<string, number>;
  unlabelled?: number;
  mediaType?: string;
  width?: number;
  height?: number;
  digest?: string;
  kind?: DatasetKind;
}

/** A reader of data sets; their ids count from 1. */
export function fakeDatasets(...given: FakeDataset[]): DatasetReader {
  const all = given.map((options, i) => {
    const { name = "digits", unlabelled = 0, mediaType = "image/x-portable-graymap" } = options;
    const classes = options.classes ??
      Object.fromEntries(Array.from({ length: 10 }, (_, label) => [String(label), 100]));
    const dataset: Dataset = {
      id: `ds_${String(i + 1).padStart(16, "0")}`,
      name,
      kind: options.kind ?? "image",
      count: Object.values(classes).reduce((sum, count) => sum + count, 0) + unlabelled,
      bytes: 1,
      classes,
      unlabelled,
      digest: options.digest ?? "0".repeat(64),
      skipped: [],
      skippedCount: 0,
      createdAt: "2026-01-01T00:00:00.000Z",
    };
    const { width = 28, height = 28 } = options;
    return { dataset, mediaType, width, height };
  });
  const find = (idOrName: string) => {
    const found = all.find(({ dataset }) => dataset.id === idOrName || dataset.name === idOrName);
    if (found === undefined) throw new NotFoundError(`Cannot find the data set, ${idOrName}`);
    return found;
  };
  return {
    // deno-lint-ignore require-await
    image: async (idOrName) => {
      const { mediaType } = find(idOrName);
      const channels = mediaType === netpbmMediaType(1) ? 1 : 3;
      const pixels = Uint8Array.from({ length: 4 * channels }, (_, i) => 60 * (i % channels));
      const bytes = encodeNetpbm({ pixels, width: 2, height: 2, channels });
      return { bytes, mediaType: netpbmMediaType(channels) };
    },
    // deno-lint-ignore require-await
    get: async (idOrName) => find(idOrName).dataset,
    // deno-lint-ignore require-await
    items: async (idOrName, { offset, limit }) => {
      const { dataset, mediaType, width, height } = find(idOrName);
      const count = Math.max(0, Math.min(limit, dataset.count - offset));
      const item = (i: number): DatasetItem => ({
        index: offset + i,
        name: `${offset + i}`,
        label: null,
        mediaType,
        width,
        height,
        digest: "0".repeat(64),
        shard: 0,
        offset: 0,
        length: 1,
      });
      return { items: Array.from({ length: count }, (_, i) => item(i)) };
    },
  };
}
