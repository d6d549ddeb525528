/** File URLs as paths. @module */
import { fileURLToPath } from "node:url";

/** The path of a `file:` URL, with its trailing slash if it has one. */
export function fromFileUrl(url: URL): string {
  return fileURLToPath(url);
}
