/**
 * Documentation: OpenAPI 3.1, and Swagger UI from our own copy. Nothing comes from another host.
 *
 * @module
 */
import getSwaggerDirectory from "swagger-ui-dist/absolute-path.js";
import { NotFoundError } from "../src/errors.ts";
import type { App } from "./context.ts";

/** Addresses are relative, so that the page also works behind a path prefix. */
const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Alike API</title>
<link rel="icon" href="docs/favicon-32x32.png">
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/initializer.js"></script>
</body>
</html>
`;

/** A file of its own, because the page's policy allows no script within it. */
const INITIALIZER = `SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  // The default asks a validator on another host.
  validatorUrl: null,
});
`;

/** The files of Swagger UI that the page needs. */
const ASSETS: Record<string, string> = {
  "swagger-ui.css": "text/css; charset=utf-8",
  "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
  "favicon-32x32.png": "image/png",
};

const TAGS = [
  { name: "Datasets", description: "Unlabelled (or labelled) images to learn from" },
  { name: "Jobs", description: "Training and evaluation in the background" },
  { name: "Training", description: "Training that the client drives, step by step" },
  { name: "Inference", description: "Vectors, similarities and predictions" },
  { name: "Search", description: "Collections: alikes, near-duplicates and clusters" },
  { name: "Models", description: "What training made, and the names that point to it" },
  { name: "System", description: "The service itself" },
];

const DESCRIPTION = `Trains image encoders by self-supervised learning and serves their embeddings.

Every refusal is \`application/problem+json\` (RFC 9457) with the field, the rule and the value. 400
is for what cannot be read at all (JSON that does not parse, a body cut off), 422 for what was read
and breaks a rule. Fields that are not known are refused, and so are query parameters where a route
takes some; \`/v1/embeddings\` alone ignores what OpenAI's clients send beside.

If the service has keys, send one as \`Authorization: Bearer …\`.`;

/** Registers the routes. */
export function docsRoutes(app: App, version: string): void {
  app.openAPIRegistry.registerComponent("securitySchemes", "key", {
    type: "http",
    scheme: "bearer",
    description: "One of ALIKE_API_KEYS. Without any, the service asks for none.",
  });
  app.doc31("/openapi.json", {
    openapi: "3.1.0",
    info: {
      title: "Alike",
      version,
      description: DESCRIPTION,
      license: { name: "MIT" },
    },
    servers: [{ url: "." }],
    security: [{ key: [] }],
    tags: TAGS,
  });

  app.get("/docs", (c) => c.html(PAGE));
  app.get(
    "/docs/initializer.js",
    (c) => c.body(INITIALIZER, 200, { "content-type": "text/javascript; charset=utf-8" }),
  );
  app.get("/docs/:file", async (c) => {
    const file = c.req.param("file");
    const mediaType = Object.hasOwn(ASSETS, file) ? ASSETS[file] : undefined;
    if (mediaType === undefined) {
      throw new NotFoundError(`Cannot find a file of the documentation: no such name, ${file}`);
    }
    const bytes = await Deno.readFile(`${getSwaggerDirectory()}/${file}`);
    return c.body(bytes, 200, { "content-type": mediaType, "cache-control": "max-age=86400" });
  });
}
