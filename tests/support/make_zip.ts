/** Makes zip archives for tests, also such as no honest program writes. @module */
import { Buffer } from "node:buffer";
import { crc32, deflateRawSync } from "node:zlib";
import { concatBytes } from "./concat_bytes.ts";

/** One entry. */
export interface ZipEntry {
  name: string | Uint8Array;
  bytes?: Uint8Array;
  /** 0 stored, 8 deflated. @default {8} */
  method?: number;
  /** General purpose flags. @default {0x800}, the name is UTF-8 */
  flags?: number;
  /** Unix mode with its file type. */
  mode?: number;
  /** What the directory tells of, if not the truth. */
  crc?: number;
  size?: number;
  /** What is stored in place of the compressed bytes. */
  compressed?: Uint8Array;
}

/** The archive. */
export function makeZip(entries: ZipEntry[]): Uint8Array<ArrayBuffer> {
  const files: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const entry of entries) {
    const { bytes = new Uint8Array(), method = 8, flags = 0x800, mode = 0 } = entry;
    const name = typeof entry.name === "string" ? Buffer.from(entry.name) : entry.name;
    const packed = entry.compressed ?? (method === 8 ? deflateRawSync(bytes) : bytes);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(flags, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(entry.crc ?? crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(entry.size ?? bytes.length, 18);
    common.writeUInt16LE(name.length, 22);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE((mode << 16) >>> 0, 6);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.from("PK\x01\x02\x14\x03", "latin1"), common, rest, name);
    const file = concatBytes([Buffer.from("PK\x03\x04", "latin1"), common, name, packed]);
    files.push(file);
    offset += file.length;
  }
  const records = concatBytes(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(records.length, 12);
  end.writeUInt32LE(offset, 16);
  return concatBytes([...files, records, end]);
}
