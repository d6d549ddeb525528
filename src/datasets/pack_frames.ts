/** Frames that came one file each, as one item; `src/images/unpack_frames.ts` reads it. @module */
import { TAR_BLOCK, tarHeader, tarPadding } from "./tar_header.ts";

/** A tar of the files, named by their number. The same files give the same bytes. */
export function packFrames(frames: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = frames.reduce(
    (sum, frame) => sum + TAR_BLOCK + frame.length + tarPadding(frame.length),
    // An end of two empty blocks.
    2 * TAR_BLOCK,
  );
  const tar = new Uint8Array(length);
  let at = 0;
  for (const [i, frame] of frames.entries()) {
    tar.set(tarHeader(String(i).padStart(8, "0"), frame.length), at);
    tar.set(frame, at + TAR_BLOCK);
    at += TAR_BLOCK + frame.length + tarPadding(frame.length);
  }
  return tar;
}
