/** Blobs in a temporary folder, for tests of what is built on them. @module */
import { pathToFileURL } from "node:url";
import type { BlobStore } from "../../src/stores/blobs.ts";
import { FileBlobs } from "../../src/stores/file_blobs.ts";
import { withTempDir } from "./temp_dir.ts";

/** Runs `work` with an empty blob store and removes it afterwards. */
export function withBlobs<T>(work: (blobs: BlobStore, folder: string) => Promise<T>): Promise<T> {
  return withTempDir(async (folder) =>
    await work(await FileBlobs.open(pathToFileURL(folder).href), folder)
  );
}
