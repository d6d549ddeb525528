/**
 * Which kind of image bytes are, told by how they begin and never by a name.
 *
 * @module
 */

/** The kinds of image that uploads and requests may hold. */
export type ImageMediaType = "image/jpeg" | "image/png" | "image/webp" | "image/gif";

/** Bytes that {@linkcode imageMediaType} looks at. */
export const IMAGE_MAGIC_BYTES = 12;

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** The kind of image that begins with these bytes, or undefined. */
export function imageMediaType(head: Uint8Array): ImageMediaType | undefined {
  if (begins(head, [0xff, 0xd8, 0xff])) return "image/jpeg";
  if (begins(head, PNG)) return "image/png";
  if (text(head, 0, "GIF87a") || text(head, 0, "GIF89a")) return "image/gif";
  if (text(head, 0, "RIFF") && text(head, 8, "WEBP")) return "image/webp";
  return undefined;
}

function begins(head: Uint8Array, magic: number[]): boolean {
  return magic.every((byte, i) => head[i] === byte);
}

function text(head: Uint8Array, at: number, magic: string): boolean {
  return Array.from(magic).every((letter, i) => head[at + i] === letter.charCodeAt(0));
}
