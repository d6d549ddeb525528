/**
 * The head of an `.alike` file that somebody sent: everything before the numbers, checked before any
 * of them is read.
 *
 * @module
 */
import type { ByteReader } from "../datasets/byte_reader.ts";
import { canonicalJson } from "../digest.ts";
import { InvalidError } from "../errors.ts";
import type { AlikeManifest } from "../schemas/alike_file.ts";
import { safetensorsHead } from "../tensor/safetensors.ts";

/** What it says. */
export interface AlikeHead {
  manifest: AlikeManifest;
  /** The spec as it counts in the digest. */
  spec: string;
  /** Shapes of the weights by name, in the order of their numbers. */
  shapes: Map<string, number[]>;
  /** Bytes of numbers that follow. */
  dataBytes: number;
  /** The first bytes of the file to store, instead of the ones that were read. */
  stored: Uint8Array<ArrayBuffer>;
}

/** Checks a manifest. @throws {InvalidError} With each field at fault. */
export type CheckManifest = (value: unknown) => AlikeManifest;

/** Largest head: cards with large confusion matrices, and golden images. */
const MAX_HEAD_BYTES = 16 * 2 ** 20;

/** A file that is not what it should be. */
export function refuse(path: string, rule: string, value: unknown): InvalidError {
  const shown = typeof value === "object" && value !== null ? "" : `, ${value}`;
  return new InvalidError(`Cannot import the model: ${path} ${rule}${shown}`, {
    errors: [{ path, rule, value }],
  });
}

/** Reads it, and leaves the reader at the first number. @throws {InvalidError} */
export async function readAlikeHead(reader: ByteReader, check: CheckManifest): Promise<AlikeHead> {
  const start = await reader.read(8);
  const foreign = "must be an .alike file, which begins as safetensors do";
  if (start.length < 8) throw refuse("body", foreign, start);
  const length = new DataView(start.buffer).getBigUint64(0, true);
  // Whatever it is, its ninth byte opens no JSON.
  const [brace] = await reader.peek(1);
  if (length < 2n || brace !== 0x7b) throw refuse("body", foreign, start);
  if (length > MAX_HEAD_BYTES) {
    throw refuse("body", `must have a header of at most ${MAX_HEAD_BYTES} bytes`, `${length}`);
  }
  const bytes = await reader.read(Number(length));
  if (bytes.length < length) {
    throw refuse("body", `must come whole: its header has ${length} bytes`, bytes.length);
  }
  const header = parseObject(bytes, "header");
  const { alike, ...metadata } = textsOf(header.get("__metadata__"));
  if (alike === undefined) {
    throw refuse(
      "__metadata__.alike",
      "must be given: plain weights say too little; export the model with format=alike",
      null,
    );
  }
  const raw = parseObject(new TextEncoder().encode(alike), "__metadata__.alike");
  const manifest = check(Object.fromEntries(raw));
  checkTogether(manifest);
  header.delete("__metadata__");
  const { shapes, dataBytes } = shapesOf(header);
  return {
    manifest,
    // As it came: a default that a later version adds is not in the digest.
    spec: canonicalJson(raw.get("spec")),
    shapes,
    dataBytes,
    stored: safetensorsHead(metadata, [...shapes].map(([name, shape]) => [name, { shape }])),
  };
}

/** @throws {InvalidError} */
function parseObject(bytes: Uint8Array, path: string): Map<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw refuse(path, "must be JSON", bytes);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw refuse(path, "must be an object", value);
  }
  return new Map(Object.entries(value));
}

/** @throws {InvalidError} */
function textsOf(metadata: unknown): Record<string, string> {
  const isTexts = typeof metadata === "object" && metadata !== null &&
    Object.values(metadata).every((value) => typeof value === "string");
  if (!isTexts) {
    throw refuse("__metadata__", "must be an object of texts", metadata ?? null);
  }
  return metadata as Record<string, string>;
}

/** Weights one after the other without gaps, as the format demands. @throws {InvalidError} */
function shapesOf(
  header: Map<string, unknown>,
): { shapes: Map<string, number[]>; dataBytes: number } {
  const shapes = new Map<string, number[]>();
  let offset = 0;
  for (const [name, entry] of header) {
    const path = `weights[${JSON.stringify(name.slice(0, 100))}]`;
    const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
    if (dtype !== "F32") throw refuse(`${path}.dtype`, "must be F32", dtype ?? null);
    const isShape = Array.isArray(shape) && shape.length <= 8 &&
      shape.every((n) => Number.isSafeInteger(n) && n >= 0);
    if (!isShape) throw refuse(`${path}.shape`, "must be a list of whole numbers", shape ?? null);
    const end = offset + 4 * shape.reduce((product: number, n: number) => product * n, 1);
    const [from, to] = Array.isArray(offsets) ? offsets : [];
    if (from !== offset || to !== end) {
      throw refuse(`${path}.data_offsets`, `must be [${offset}, ${end}]`, offsets ?? null);
    }
    shapes.set(name, shape);
    offset = end;
  }
  return { shapes, dataBytes: offset };
}

/** What no schema of one field can say. @throws {InvalidError} */
function checkTogether({ golden, spec }: AlikeManifest): void {
  for (const [i, { embedding }] of golden.entries()) {
    if (embedding.length === spec.dimensions) continue;
    const rule = `must have ${spec.dimensions} numbers, as spec.dimensions says`;
    throw refuse(`golden[${i}].embedding`, rule, embedding.length);
  }
  const names = spec.objectives.map(({ name }) => name);
  const twice = names.findIndex((name, i) => names.indexOf(name) !== i);
  if (twice >= 0) {
    throw refuse(`spec.objectives[${twice}].name`, "must not be there twice", names[twice]);
  }
}
