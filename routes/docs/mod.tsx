/**
 * Documentation: the OpenAPI 3.1 document, and pages made of it: a list of all routes, and a page for
 * each, where it can be tried out.
 *
 * @module
 */
import { NotFoundError } from "../../src/errors.ts";
import type { App } from "../context.ts";
import { page } from "../pages/page.ts";
import { type ApiDocument, routesOf } from "./api_document.ts";
import { DocsPage } from "./docs_page.tsx";
import { RoutePage } from "./route_page.tsx";

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

If the service has keys, send one as \`Authorization: Bearer …\`; to try routes out in a browser, sign
in with it.`;

/** Registers the routes. */
export function docsRoutes(app: App, version: string): void {
  app.openAPIRegistry.registerComponent("securitySchemes", "key", {
    type: "http",
    scheme: "bearer",
    description: "One of ALIKE_API_KEYS. Without any, the service asks for none.",
  });
  let made: ApiDocument | undefined;
  // Made when it is first asked for: then all routes are registered.
  const document = () =>
    made ??= app.getOpenAPI31Document({
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
    }) as unknown as ApiDocument;

  app.get("/openapi.json", (c) => c.json(document()));
  page(app, "/docs", () => <DocsPage document={document()} />);
  page(app, "/docs/:operation", (c) => {
    const id = c.req.param("operation")!;
    const route = routesOf(document()).find(({ operation }) => operation.operationId === id);
    if (route === undefined) {
      throw new NotFoundError(`Cannot find the documentation of a route: none is called ${id}`);
    }
    return <RoutePage route={route} document={document()} />;
  });
}
