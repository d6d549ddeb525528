/** Images whose hole is filled. @module */
import { createRoute } from "@hono/zod-openapi";
import {
  InpaintForm,
  InpaintOptions,
  InpaintRequest,
  InpaintResponse,
} from "../../src/schemas/predict/inpaint.ts";
import { type Api, queryOf } from "../api.ts";
import { readForm, readJson, requireMediaType } from "../body.ts";
import { callOptions, deadlineHeader } from "../call_options.ts";
import type { AppContext } from "../context.ts";
import { blameOrigin, decodeImages, type Origin, requireNoOptions } from "../images.ts";
import { pngUri } from "../png_uri.ts";
import { embedderProblems, json } from "../responses.ts";
import type { Services } from "../services.ts";
import { check, invalid } from "../validation.ts";
import { modelWithHead } from "./model_with_head.ts";

export const predictInpaint = createRoute({
  method: "post",
  path: "/v1/predict/inpaint",
  operationId: "predictInpaint",
  tags: ["Inference"],
  summary: "Fill a hole in an image",
  description: "What the decoder of a context encoder puts where the mask is white. 409 if the " +
    "model has none.",
  parameters: [deadlineHeader],
  request: {
    body: {
      required: true,
      content: {
        "application/json": { schema: InpaintRequest },
        "multipart/form-data": { schema: InpaintForm },
      },
    },
  },
  responses: {
    200: json(InpaintResponse, "The image, and how near it is"),
    ...embedderProblems("conflict"),
  },
});

/** Image and mask, each from the field of its name. */
const FIELDS = ["input", "mask"] as const;

/** Registers the route. */
export function inpaintRoutes(api: Api, services: Services): void {
  const { config, embedder, models } = services;

  api.route(predictInpaint, async (c) => {
    const call = callOptions(c, config);
    const { reference, images, origin } = await readImageAndMask(c, config.maxBodyBytes);
    const model = await modelWithHead(models, reference, "inpaint");
    const question = { image: images[0]!, mask: images[1]! };
    const [answer] = await embedder.predict(model, "inpaint", [question], call)
      .catch(blameOrigin(origin));
    return c.json({
      ...answer!,
      image: pngUri(answer!.image),
      model: model.name,
      digest: model.digest,
    }, 200);
  });
}

interface ImageAndMask {
  reference: string;
  images: Uint8Array[];
  origin(index: number): Origin;
}

/** @throws {InvalidError} That names the field at fault. */
async function readImageAndMask(c: AppContext, maxBytes: number): Promise<ImageAndMask> {
  const mediaType = requireMediaType(c, ["application/json", "multipart/form-data"]);
  requireNoOptions(c, InpaintOptions);
  if (mediaType === "application/json") {
    const body = check(InpaintRequest, await readJson(c, maxBytes), "body");
    return {
      reference: body.model,
      images: FIELDS.map((field) => decodeImages(body[field], field)[0]!),
      origin: (i) => ({ path: FIELDS[i]!, value: body[FIELDS[i]!] }),
    };
  }
  const form = await readForm(c, maxBytes);
  const fields: Record<string, string[]> = Object.create(null);
  for (const [name, value] of form) {
    if ((FIELDS as readonly string[]).includes(name)) continue;
    (fields[name] ??= []).push(typeof value === "string" ? value : value.name);
  }
  const { model } = check(InpaintOptions, queryOf(fields), "body");
  const images = await Promise.all(FIELDS.map(async (field) => {
    const values = form.getAll(field);
    if (values.length !== 1) {
      const rule = "must be given once: a file, or a data URI or base64";
      throw invalid([{ path: field, rule, value: values.length }]);
    }
    const [value] = values;
    return typeof value === "string"
      ? decodeImages(value, field)[0]!
      : new Uint8Array(await value!.arrayBuffer());
  }));
  return { reference: model, images, origin: (i) => ({ path: FIELDS[i]! }) };
}
