/**
 * Images as text in a JSON body: data URIs or bare base64. Addresses are refused: nothing is ever
 * fetched.
 *
 * @module
 */

/** No header of a data URI is longer; what has no comma is not copied whole to look for one. */
const LONGEST_HEADER = 1000;

/** The bytes, or the rule that the text breaks. */
export function decodeImageText(text: string): Uint8Array<ArrayBuffer> | string {
  if (/^\s*https?:/i.test(text)) {
    return "must be an image itself, as a data URI or base64: addresses are never fetched";
  }
  let base64 = text;
  if (/^data:/i.test(text)) {
    const comma = text.indexOf(",");
    const header = comma === -1 ? "" : text.slice(0, Math.min(comma, LONGEST_HEADER));
    if (!/^data:image\/[\w.+-]+(;[^;]*)*;base64$/i.test(header)) {
      return "must be a data URI of an image in base64, data:image/png;base64,…";
    }
    base64 = text.slice(comma + 1);
  }
  try {
    const bytes = Uint8Array.fromBase64(base64);
    return bytes.length === 0 ? "must not be an empty image" : bytes;
  } catch {
    return "must be an image: a data URI or base64";
  }
}
