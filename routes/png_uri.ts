/** A PNG file as text in an answer. @module */

export function pngUri(bytes: Uint8Array): string {
  return `data:image/png;base64,${bytes.toBase64()}`;
}
