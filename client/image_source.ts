/** Images as the client takes them, and as they go over the wire. @module */

/** An image: its bytes (JPEG, PNG, WebP, GIF), a file, or a data URI or base64 as text. */
export type ImageSource = Uint8Array<ArrayBuffer> | Blob | string;

/** As text, in base64. The service looks at the bytes for what they are. */
export async function imageText(image: ImageSource): Promise<string> {
  if (typeof image === "string") return image;
  const bytes = image instanceof Blob ? new Uint8Array(await image.arrayBuffer()) : image;
  return base64(bytes);
}

/** Characters go in pieces: a call takes no million arguments. */
const PIECE = 0x8000;

/** Not every browser has `Uint8Array.prototype.toBase64` yet. */
function base64(bytes: Uint8Array): string {
  let binary = "";
  for (let i = 0; i < bytes.length; i += PIECE) {
    binary += String.fromCharCode(...bytes.subarray(i, i + PIECE));
  }
  return btoa(binary);
}
