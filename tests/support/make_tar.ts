/** Makes tar archives for tests, also such as no honest program writes. @module */
import { concatBytes } from "./concat_bytes.ts";

/** One entry. */
export interface TarEntry {
  name: string;
  bytes?: Uint8Array;
  /** The type letter: "0" file, "1" hard link, "2" link, "5" folder, "x" pax, "L" GNU name. */
  type?: string;
  link?: string;
  /** The size that the header tells of, if not that of the bytes. */
  size?: number;
  /** "ustar" or GNU's spelling of it, or none (as before 1988). @default {"ustar"} */
  magic?: "ustar" | "gnu" | "none";
}

const encoder = new TextEncoder();

/** The archive. `end: false` leaves out the blocks that end it. */
export function makeTar(
  entries: TarEntry[],
  options: { end?: boolean } = {},
): Uint8Array<ArrayBuffer> {
  const parts = entries.map(makeEntry);
  if (options.end ?? true) parts.push(new Uint8Array(1024));
  return concatBytes(parts);
}

/** A pax header for the entry after it. */
export function paxEntry(records: Record<string, string>): TarEntry {
  const lines = Object.entries(records).map(([key, value]) => {
    const rest = encoder.encode(` ${key}=${value}\n`).length;
    let length = rest + String(rest).length;
    if (rest + String(length).length !== length) length++;
    return `${length} ${key}=${value}\n`;
  });
  return { name: "PaxHeader", type: "x", bytes: encoder.encode(lines.join("")) };
}

/** GNU's long name for the entry after it. */
export function gnuNameEntry(name: string): TarEntry {
  return { name: "././@LongLink", type: "L", bytes: encoder.encode(`${name}\0`), magic: "gnu" };
}

function makeEntry(entry: TarEntry): Uint8Array {
  const { name, bytes = new Uint8Array(), type = "0", link = "", magic = "ustar" } = entry;
  const header = new Uint8Array(512);
  const put = (at: number, text: string) => header.set(encoder.encode(text), at);
  put(0, name);
  put(100, "0000644\0");
  put(108, "0001750\0");
  put(116, "0001750\0");
  put(124, `${(entry.size ?? bytes.length).toString(8).padStart(11, "0")}\0`);
  put(136, "14000000000\0");
  put(156, type);
  put(157, link);
  if (magic === "ustar") put(257, "ustar\x0000");
  if (magic === "gnu") put(257, "ustar  \0");
  put(148, " ".repeat(8));
  put(148, `${header.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, "0")}\0 `);
  return concatBytes([header, bytes, new Uint8Array((512 - bytes.length % 512) % 512)]);
}
