/** Data set: named, immutable once sealed. @module */
import { z } from "zod";
import { Id, Name } from "./name.ts";

/** What the items are. */
export const DatasetKind = z.enum(["image", "clip"]);
export type DatasetKind = z.infer<typeof DatasetKind>;

/** A member of an upload that was left out, and why. */
export const SkippedItem = z.object({
  name: z.string().describe("The member's name, cut to 200 characters"),
  reason: z.string(),
});
export type SkippedItem = z.infer<typeof SkippedItem>;

/** What the service says of a data set. */
export const Dataset = z.object({
  id: Id,
  name: Name,
  kind: DatasetKind,
  count: z.int().min(0).describe("Items"),
  bytes: z.int().min(0).describe("Bytes of the originals"),
  classes: z.record(z.string(), z.int()).describe("Items of each label, labels sorted"),
  unlabelled: z.int().min(0).describe("Items without a label"),
  digest: z.string().describe("SHA-256 over the items in order: names, labels, contents"),
  skipped: z.array(SkippedItem).describe("The first 1,000 members left out"),
  skippedCount: z.int().min(0),
  createdAt: z.iso.datetime(),
}).meta({
  id: "Dataset",
  example: {
    id: "ds_6f1d2c3b4a596877",
    name: "cats-and-dogs",
    kind: "image",
    count: 2000,
    bytes: 4_812_311,
    classes: { cat: 1000, dog: 1000 },
    unlabelled: 0,
    digest: "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9",
    skipped: [{ name: "cat/notes.txt", reason: "is no image" }],
    skippedCount: 1,
    createdAt: "2026-01-01T12:00:00.000Z",
  },
});
export type Dataset = z.infer<typeof Dataset>;

/** One item, a line of the manifest blob (JSON lines, in order of index). */
export const DatasetItem = z.object({
  index: z.int().min(0),
  name: z.string(),
  label: z.string().nullable(),
  /**
   * `image/jpeg`, `image/png`, `image/webp`, `image/gif`, netpbm (P5/P6) for raw pixels, or a tar of
   * the frames of a clip.
   */
  mediaType: z.string(),
  width: z.int().min(1),
  height: z.int().min(1),
  frames: z.int().min(1).optional().describe("Frames of a clip; not given for images"),
  /** SHA-256 of the original bytes, hex. */
  digest: z.string(),
  /** Number of the tar shard, and where in it the original bytes are. */
  shard: z.int().min(0),
  offset: z.int().min(0),
  length: z.int().min(0),
});
export type DatasetItem = z.infer<typeof DatasetItem>;
