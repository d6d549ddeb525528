/** What a recipe makes of a data set's images, as a picture. @module */
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { resolvePreprocessing } from "../src/jobs/resolve_preprocessing.ts";
import { presetFor } from "../src/jobs/resolve_train.ts";
import { DatasetReference } from "../src/schemas/reference.ts";
import { resolveRecipe } from "../src/schemas/resolve_recipe.ts";
import {
  previewGrid,
  ViewsPreviewQuery,
  ViewsPreviewRequest,
  type ViewsPreviewSpec,
} from "../src/schemas/views_preview.ts";
import type { Api } from "./api.ts";
import { callOptions, deadlineHeader } from "./call_options.ts";
import type { AppContext } from "./context.ts";
import { embedderProblems, jsonBody } from "./responses.ts";
import type { Services } from "./services.ts";
import { invalid } from "./validation.ts";

/** Most pixels of a picture: 50 MB of colour while it is drawn. */
const MOST_PIXELS = 2 ** 24;

const common = {
  path: "/v1/datasets/{dataset}/preview" as const,
  tags: ["Datasets"],
  parameters: [deadlineHeader],
  responses: {
    200: {
      description: "A row an item: the original, then its views",
      content: { "image/png": { schema: { type: "string" as const, format: "binary" } } },
    },
    ...embedderProblems(),
  },
};
const params = z.object({ dataset: DatasetReference });

const previewByQuery = createRoute({
  ...common,
  method: "get",
  operationId: "previewViews",
  summary: "Views of a data set's images",
  description:
    "What training would see: items spread evenly over the data set, and views of them " +
    "as the recipe draws them. The same parameters give the same picture.",
  request: { params, query: ViewsPreviewQuery },
});

const previewByBody = createRoute({
  ...common,
  method: "post",
  operationId: "previewViewsOfRecipe",
  summary: "Views of a data set's images, by a recipe of your own",
  description: "As GET, with the parameters as JSON.",
  request: { params, body: jsonBody(ViewsPreviewRequest) },
});

/** Registers the routes. */
export function datasetPreviewRoutes(api: Api, services: Services): void {
  const { config, embedder } = services;
  const answer = async (c: AppContext, dataset: string, request: ViewsPreviewRequest) => {
    const call = callOptions(c, config);
    const png = await embedder.previewViews(await resolve(services, dataset, request), call);
    return c.body(new Uint8Array(png), 200, { "content-type": "image/png" });
  };
  api.route(
    previewByQuery,
    (c) => answer(c, c.req.valid("param").dataset, c.req.valid("query")),
  );
  api.route(
    previewByBody,
    (c) => answer(c, c.req.valid("param").dataset, c.req.valid("json")),
  );
}

/** The request with everything filled in, and the images it is about. */
async function resolve(
  { datasets }: Services,
  name: string,
  request: ViewsPreviewRequest,
): Promise<ViewsPreviewSpec> {
  const { id, count } = await datasets.get(name);
  const preprocessing = await resolvePreprocessing(request, datasets, id);
  const { augment } = resolveRecipe(request.recipe, presetFor("simclr", preprocessing.channels));
  const items = Math.min(request.items, count);
  const { width, height } = previewGrid(items, request.views, preprocessing.size);
  if (width * height > MOST_PIXELS) {
    const rule = `must be less, or items or views fewer: the picture would have ` +
      `${width * height} pixels, at most ${MOST_PIXELS} are drawn`;
    throw invalid([{ path: "imageSize", rule, value: preprocessing.size }]);
  }
  const indices = Array.from({ length: items }, (_, i) => Math.floor(i * count / items));
  const images = await Promise.all(
    indices.map(async (index) => (await datasets.image(id, index)).bytes),
  );
  const { views, seed } = request;
  return { images, indices, preprocessing, augment, views, seed };
}
