/**
 * safetensors: the file of weights and checkpoints (format of the library of that name: 8 bytes of
 * header length, a JSON header, the numbers), readable by every framework.
 *
 * @module
 */
import { CorruptError } from "../errors.ts";

/** A named array of float32 numbers. */
export interface NamedArray {
  shape: number[];
  data: Float32Array<ArrayBuffer>;
}

/** What a file holds: arrays, and strings of ours. */
export interface SafetensorsFile {
  tensors: Map<string, NamedArray>;
  metadata: Record<string, string>;
}

/** The file's bytes. Numbers are little-endian float32, 8-byte aligned. */
export function encodeSafetensors(file: SafetensorsFile): Uint8Array<ArrayBuffer> {
  const head = safetensorsHead(file.metadata, file.tensors);
  const arrays = [...file.tensors.values()];
  const bytes = new Uint8Array(
    arrays.reduce((sum, { data }) => sum + data.byteLength, head.length),
  );
  bytes.set(head);
  let position = head.length;
  for (const { data } of arrays) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
    position += data.byteLength;
  }
  return bytes;
}

/** All of a file that comes before its numbers, for whoever has those as a stream. */
export function safetensorsHead(
  metadata: SafetensorsFile["metadata"],
  tensors: Iterable<[name: string, { shape: number[] }]>,
): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const [name, { shape }] of tensors) {
    const end = offset + 4 * shape.reduce((product, n) => product * n, 1);
    header[name] = { dtype: "F32", shape, data_offsets: [offset, end] };
    offset = end;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  // Spaces after the JSON keep the numbers aligned, as the format allows.
  const length = json.length + (8 - json.length % 8) % 8;
  const head = new Uint8Array(8 + length).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(length), true);
  head.set(json, 8);
  return head;
}

/** @throws {CorruptError} If the bytes are no such file, or not all of it. */
export function decodeSafetensors(bytes: Uint8Array<ArrayBuffer>): SafetensorsFile {
  const corrupt = (why: string) => new CorruptError(`Cannot read safetensors: ${why}`);
  if (bytes.length < 8) throw corrupt(`${bytes.length} bytes are too few`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headLength = Number(view.getBigUint64(0, true));
  if (headLength > bytes.length - 8) throw corrupt(`the header claims ${headLength} bytes`);
  let header: Record<string, unknown>;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headLength)));
  } catch {
    throw corrupt("the header is not JSON");
  }
  const { __metadata__: metadata, ...entries } = header;
  const start = 8 + headLength;
  const tensors = new Map<string, NamedArray>();
  for (const [name, entry] of Object.entries(entries)) {
    const { dtype, shape, data_offsets: offsets } = entry as {
      dtype: string;
      shape: number[];
      data_offsets: [number, number];
    };
    if (dtype !== "F32") throw corrupt(`${name} has the type ${dtype}, only F32 is read`);
    const [from, to] = offsets;
    const size = shape.reduce((product, n) => product * n, 1);
    if (to - from !== size * 4 || from < 0 || start + to > bytes.length) {
      throw corrupt(`${name} does not fit: shape ${shape}, bytes ${from} to ${to}`);
    }
    // A copy: the caller may be handed a view at any alignment.
    tensors.set(name, {
      shape,
      data: new Float32Array(bytes.slice(start + from, start + to).buffer),
    });
  }
  return { tensors, metadata: (metadata ?? {}) as Record<string, string> };
}
