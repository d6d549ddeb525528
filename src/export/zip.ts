/** A zip of files that do not compress: weights are noise. @module */
import { Zip, ZipPassThrough } from "fflate";
import { nextTurn } from "../next_turn.ts";

/** Of every entry, so that equal files make equal archives: the first day that a zip can name. */
const DATED = new Date(1980, 0, 1);

/** The archive. */
export async function zip(
  files: Record<string, Uint8Array<ArrayBuffer>>,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const archive = new Zip((error, chunk) => {
    if (error !== null) throw error;
    chunks.push(chunk as Uint8Array<ArrayBuffer>);
  });
  for (const [name, bytes] of Object.entries(files)) {
    // Between two files others get their turn: this may run on the thread that answers requests.
    await nextTurn();
    const entry = new ZipPassThrough(name);
    entry.mtime = DATED;
    archive.add(entry);
    entry.push(bytes, true);
  }
  archive.end();
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}
