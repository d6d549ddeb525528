/** What a recipe, or an objective, makes of a data set's images, as a picture. @module */
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import type { FieldError } from "../src/errors.ts";
import { checkObjective } from "../src/jobs/check_objective.ts";
import { framesWanted } from "../src/jobs/frames_wanted.ts";
import { resolvePreprocessing } from "../src/jobs/resolve_preprocessing.ts";
import { presetFor } from "../src/jobs/resolve_train.ts";
import { DatasetReference } from "../src/schemas/reference.ts";
import { resolveRecipe } from "../src/schemas/resolve_recipe.ts";
import {
  ViewsPreview,
  ViewsPreviewQuery,
  ViewsPreviewRequest,
  type ViewsPreviewSpec,
} from "../src/schemas/views_preview.ts";
import type { Api } from "./api.ts";
import { callOptions, deadlineHeader } from "./call_options.ts";
import type { AppContext } from "./context.ts";
import { pngUri } from "./png_uri.ts";
import { embedderProblems, jsonBody } from "./responses.ts";
import type { Services } from "./services.ts";
import { invalid } from "./validation.ts";

/** How many views are shown where the request does not say: of a recipe, of an objective. */
const VIEWS = 6;
const DRAWS = 1;

const common = {
  path: "/v1/datasets/{dataset}/preview" as const,
  tags: ["Datasets"],
  parameters: [deadlineHeader],
  responses: {
    200: {
      description: "A row an item: the original, then its views",
      content: {
        "image/png": { schema: { type: "string" as const, format: "binary" } },
        "application/json": { schema: ViewsPreview },
      },
    },
    ...embedderProblems(),
  },
};
const params = z.object({ dataset: DatasetReference });

export const previewByQuery = createRoute({
  ...common,
  method: "get",
  operationId: "previewViews",
  summary: "Views of a data set's images",
  description:
    "What training would see: items spread evenly over the data set, and views of them " +
    "as the recipe draws them; or, with `objective`, what that makes of them: pairs, turns, " +
    "patches, shuffled tiles, holes, noise, frames, each in the units that the encoder sees. " +
    "The same parameters give the same picture.",
  request: { params, query: ViewsPreviewQuery },
});

export const previewByBody = createRoute({
  ...common,
  method: "post",
  operationId: "previewViewsOfRecipe",
  summary: "Views of a data set's images, by a recipe or objective of your own",
  description: "As GET, with the parameters as JSON.",
  request: { params, body: jsonBody(ViewsPreviewRequest) },
});

/** Registers the routes. */
export function datasetPreviewRoutes(api: Api, services: Services): void {
  const { config, embedder } = services;
  const answer = async (c: AppContext, dataset: string, request: ViewsPreviewRequest) => {
    const call = callOptions(c, config);
    const spec = await resolve(services, dataset, request);
    const { png, width, height, rows } = await embedder.previewViews(spec, call);
    if (request.format === "png") return c.body(png, 200, { "content-type": "image/png" });
    const preview: ViewsPreview = {
      image: pngUri(png),
      width,
      height,
      rows: rows.map((panels, i) => ({ index: spec.indices[i]!, panels })),
    };
    return c.json(preview, 200);
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
  const { objective = null, seed } = request;
  const { id, count, kind } = await datasets.get(name);
  const preprocessing = await resolvePreprocessing(request, datasets, id);
  const preset = presetFor(objective?.name ?? "simclr", preprocessing.channels);
  const { augment } = resolveRecipe(request.recipe, preset);
  const faults: FieldError[] = [];
  if (objective !== null) {
    checkObjective(objective, { size: preprocessing.size, augment }, faults);
  }
  if (faults.length > 0) throw invalid(faults);
  const items = Math.min(request.items, count);
  const indices = Array.from({ length: items }, (_, i) => Math.floor(i * count / items));
  const originals = await Promise.all(indices.map((index) => datasets.original(id, index)));
  const frames = objective !== null && kind === "clip" ? framesWanted([objective]) : undefined;
  return {
    images: originals.map(({ bytes }) => bytes),
    mediaTypes: originals.map(({ mediaType }) => mediaType),
    indices,
    preprocessing,
    augment,
    objective,
    frames: frames ?? null,
    views: request.views ?? (objective === null ? VIEWS : DRAWS),
    seed,
  };
}
