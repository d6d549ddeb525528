/** Requests for embeddings, as they go over the wire. @module */
import { post } from "./clients.ts";

/** Images of a request, where it has several. */
export const TOGETHER = 16;
const PATH = "/v1/embeddings";

/** One data URI a request, one raw body a request, and {@linkcode TOGETHER} data URIs a request. */
export function embeddingRequests(images: Uint8Array[]) {
  const uris = images.map((bytes) => `data:image/png;base64,${bytes.toBase64()}`);
  const jsonOf = (input: string | string[]) =>
    post(PATH, "application/json", new TextEncoder().encode(JSON.stringify({ input })));
  return {
    json: uris.map(jsonOf),
    raw: images.map((bytes) => post(PATH, "image/png", bytes)),
    many: uris.map((_, i) => jsonOf([...uris, ...uris].slice(i, i + TOGETHER))),
  };
}
