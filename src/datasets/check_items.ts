/**
 * Checks that images can be decoded, many at the same time and yet in order.
 *
 * @module
 */
import { AlikeError } from "../errors.ts";
import { encodeNetpbm, netpbmMediaType } from "../images/netpbm.ts";
import type { PixelBudget } from "../images/pixel_budget.ts";
import { probeAnimation, probeFrames } from "../images/probe_clip.ts";
import { probeImage } from "../images/probe_image.ts";
import { FRAMES_MEDIA_TYPE } from "../images/unpack_frames.ts";
import type { FoundClip } from "./group_clips.ts";
import { packFrames } from "./pack_frames.ts";
import type { Found, LabelSource } from "./read_items.ts";

/** An item as it will be kept, or a member that was left out. */
export type Checked =
  | { type: "item"; item: CheckedItem }
  | { type: "skipped"; name: string; reason: string };

/** An item that can be decoded. */
export interface CheckedItem {
  name: string;
  bytes: Uint8Array;
  mediaType: string;
  width: number;
  height: number;
  label: LabelSource;
  /** Of a clip. */
  frames?: number;
}

/** What {@linkcode checkItems} takes. */
export interface CheckOptions {
  maxPixels: number;
  budget: PixelBudget;
}

/** Images decoded at the same time: small ones decode three times as fast as one by one. */
const IN_FLIGHT = 32;
/** Bytes of them, so that large ones do not add up. */
const BYTES_IN_FLIGHT = 32 * 2 ** 20;

/** The same items in the same order, those that cannot be decoded as skipped. */
export async function* checkItems(
  found: AsyncIterable<Found | FoundClip>,
  options: CheckOptions,
): AsyncGenerator<Checked> {
  const pending: { checked: Promise<Checked>; bytes: number }[] = [];
  let bytes = 0;
  const first = () => {
    const oldest = pending.shift()!;
    bytes -= oldest.bytes;
    return oldest.checked;
  };
  try {
    for await (const one of found) {
      const size = heldBytes(one);
      pending.push({ checked: check(one, options), bytes: size });
      bytes += size;
      while (pending.length >= IN_FLIGHT || (bytes > BYTES_IN_FLIGHT && pending.length > 0)) {
        yield await first();
      }
    }
    while (pending.length > 0) yield await first();
  } finally {
    // Nothing may go on in the background after the import has failed. None of them rejects.
    await Promise.all(pending.map(({ checked }) => checked));
  }
}

/** Bytes that wait to be decoded. */
function heldBytes(found: Found | FoundClip): number {
  switch (found.type) {
    case "image":
    case "animation":
      return found.bytes.length;
    case "frames":
      return found.frames.reduce((sum, { bytes }) => sum + bytes.length, 0);
    default:
      return 0;
  }
}

async function check(found: Found | FoundClip, options: CheckOptions): Promise<Checked> {
  switch (found.type) {
    case "skipped":
      return found;
    case "raw": {
      const { name, image, label } = found;
      const { width, height, channels } = image;
      const bytes = encodeNetpbm(image);
      const mediaType = netpbmMediaType(channels);
      return { type: "item", item: { name, bytes, mediaType, width, height, label } };
    }
    case "image":
    case "animation":
    case "frames":
      try {
        return { type: "item", item: await decoded(found, options) };
      } catch (error) {
        const reason = error instanceof AlikeError ? error.message : String(error);
        return { type: "skipped", name: found.name, reason };
      }
    default:
      return found satisfies never;
  }
}

/** An item whose every pixel could be decoded. */
async function decoded(
  found: Extract<Found | FoundClip, { type: "image" | "animation" | "frames" }>,
  options: CheckOptions,
): Promise<CheckedItem> {
  const { name } = found;
  const label = { from: "path" } as const;
  if (found.type === "frames") {
    const facts = await probeFrames(found.frames, options);
    const bytes = packFrames(found.frames.map(({ bytes }) => bytes));
    return { name, bytes, mediaType: FRAMES_MEDIA_TYPE, ...facts, label };
  }
  const probe = found.type === "image" ? probeImage : probeAnimation;
  return { name, bytes: found.bytes, ...await probe(found.bytes, options), label };
}
