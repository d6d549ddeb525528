/** The files that pages load: ours, and those of packages. @module */
// Imported so that an installation from the entry points alone has the packages whose files are served.
import "umap-js/package.json" with { type: "json" };
import "uplot/package.json" with { type: "json" };
import { NotFoundError } from "../../src/errors.ts";
import type { App } from "../context.ts";

const MEDIA_TYPES: Record<string, string> = {
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};

/** Files of packages, by the name that pages know them under. */
const PACKAGED: Record<string, string> = {
  "uplot.js": "uplot/dist/uPlot.esm.js",
  "uplot.css": "uplot/dist/uPlot.min.css",
  "umap.js": "umap-js/lib/umap-js.min.js",
};

/** Registers the route. */
export function assetRoutes(app: App): void {
  app.get("/assets/:file{[a-z0-9_]+\\.[a-z]+}", async (c) => {
    const file = c.req.param("file");
    const packaged = Object.hasOwn(PACKAGED, file) ? PACKAGED[file] : undefined;
    const url = packaged === undefined
      ? new URL(`assets/${file}`, import.meta.url)
      : new URL(import.meta.resolve(packaged));
    const mediaType = MEDIA_TYPES[file.split(".").at(-1)!];
    let bytes;
    try {
      if (mediaType === undefined) throw new Deno.errors.NotFound();
      bytes = await Deno.readFile(url);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      throw new NotFoundError(`Cannot find a file of the dashboard: no such name, ${file}`);
    }
    // Not for long: a new version of the service brings new files under the same names.
    return c.body(bytes, 200, { "content-type": mediaType, "cache-control": "max-age=60" });
  });
}
