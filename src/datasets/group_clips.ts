/**
 * Makes clips of the images of an upload: an animated one is a clip; others are frames, and those of
 * a folder, by their numbers, a clip.
 *
 * A folder's frames have to come one after another, as archivers write them: only one clip is held
 * in memory. What comes late is left out and named.
 *
 * @module
 */
import { MOST_FRAMES } from "../images/decode_clip.ts";
import { countFrames } from "../images/probe_clip.ts";
import type { Found } from "./read_items.ts";

/** One file of a clip. */
export interface FrameFile {
  name: string;
  bytes: Uint8Array;
}

/** What an upload of clips holds, in its order. */
export type FoundClip =
  | { type: "animation"; name: string; bytes: Uint8Array }
  /** In the order of their numbers; named by their folder. */
  | { type: "frames"; name: string; frames: FrameFile[] }
  | { type: "skipped"; name: string; reason: string };

/** The last number in a file's name. */
const NUMBER = /(\d+)\D*$/;

/** A folder whose frames are coming. */
interface OpenFolder {
  name: string;
  /** Empty once they are too many. */
  frames: (FrameFile & { number: number })[];
  /** Of all that came. */
  count: number;
  bytes: number;
}

/** @param maxBytes Most bytes of a folder's frames. */
export async function* groupClips(
  found: AsyncIterable<Found>,
  { maxBytes }: { maxBytes: number },
): AsyncGenerator<FoundClip> {
  let open: OpenFolder | undefined;
  const begun = new Set<string>();
  for await (const one of found) {
    if (one.type === "skipped") {
      yield one;
      continue;
    }
    const { name } = one;
    const skip = (reason: string): FoundClip => ({ type: "skipped", name, reason });
    if (one.type === "raw") {
      yield skip("a single image of an idx or CIFAR-10 file, no clip");
      continue;
    }
    const folder = name.split("/").slice(0, -1).join("/");
    if (open !== undefined && folder !== open.name) {
      yield close(open, maxBytes);
      open = undefined;
    }
    if (await countFrames(one.bytes) !== 1) {
      // Also what cannot be read, which is found when it is decoded.
      yield { type: "animation", name, bytes: one.bytes };
      continue;
    }
    const file = name.slice(folder.length).replace(/\.[^.]*$/, "");
    const number = Number(NUMBER.exec(file)?.[1] ?? NaN);
    if (folder === "") {
      yield skip("a single image in no folder: neither animated nor a frame");
    } else if (!Number.isSafeInteger(number)) {
      yield skip("a frame must have its number in its name");
    } else if (open === undefined && begun.has(folder)) {
      yield skip("its folder's other frames came before, with others in between");
    } else {
      open ??= { name: folder, frames: [], count: 0, bytes: 0 };
      begun.add(folder);
      add(open, { name, bytes: one.bytes, number }, maxBytes);
    }
  }
  if (open !== undefined) yield close(open, maxBytes);
}

/** Adds a frame; of a clip that is too large anyway, none is kept. */
function add(open: OpenFolder, frame: OpenFolder["frames"][number], maxBytes: number): void {
  open.bytes += frame.bytes.length;
  open.count++;
  if (open.bytes > maxBytes || open.count > MOST_FRAMES) open.frames = [];
  else open.frames.push(frame);
}

function close({ name, frames, count, bytes }: OpenFolder, maxBytes: number): FoundClip {
  if (bytes > maxBytes) {
    return { type: "skipped", name, reason: `its frames have more than ${maxBytes} bytes` };
  }
  if (count > MOST_FRAMES) {
    return { type: "skipped", name, reason: `it has more than ${MOST_FRAMES} frames` };
  }
  frames.sort((a, b) => a.number - b.number || (a.name < b.name ? -1 : 1));
  return { type: "frames", name, frames };
}
