/** The files whose routes make up the API: their `createRoute`s, by the names they are exported as. @module */
import * as aliases from "./aliases.ts";
import * as collectionSearch from "./collection_search.ts";
import * as collections from "./collections.ts";
import * as createModel from "./create_model.ts";
import * as datasetPreview from "./dataset_preview.ts";
import * as datasets from "./datasets.ts";
import * as embeddings from "./embeddings.ts";
import * as jobs from "./jobs.ts";
import * as losses from "./losses.ts";
import * as metrics from "./metrics.ts";
import * as models from "./models.ts";
import * as denoise from "./predict/denoise.ts";
import * as frameOrder from "./predict/frame_order.ts";
import * as inpaint from "./predict/inpaint.ts";
import * as jigsaw from "./predict/jigsaw.ts";
import * as reconstruct from "./predict/reconstruct.ts";
import * as relativePosition from "./predict/relative_position.ts";
import * as rotation from "./predict/rotation.ts";
import * as promotion from "./promotion.ts";
import * as recipes from "./recipes.ts";
import * as sessions from "./sessions.ts";
import * as similarity from "./similarity.ts";
import * as system from "./system.ts";

/**
 * All of them. The types of `hc` are made of this list, and a test compares it with `/openapi.json`:
 * a route that is not exported, or whose file is not here, fails it.
 */
export const ROUTE_FILES = [
  aliases,
  collectionSearch,
  collections,
  createModel,
  datasetPreview,
  datasets,
  embeddings,
  jobs,
  losses,
  metrics,
  models,
  denoise,
  frameOrder,
  inpaint,
  jigsaw,
  reconstruct,
  relativePosition,
  rotation,
  promotion,
  recipes,
  sessions,
  similarity,
  system,
] as const;
