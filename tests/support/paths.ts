/** Paths, as `@std/path` names them, over `node:path`. @module */
import { dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";

export { dirname, join, normalize, relative };

/** The path of a file URL. */
export const fromFileUrl = (url: URL): string => fileURLToPath(url);
