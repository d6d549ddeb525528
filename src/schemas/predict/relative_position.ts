/** Where patches lie beside each other. @module */
import { z } from "zod";
import { ImageInput } from "../image_input.ts";
import { OptionalModelReference } from "../reference.ts";
import { probability } from "./probability.ts";

/** The places around a centre, row by row: the head's classes. */
export const PLACES = [
  "top-left",
  "top",
  "top-right",
  "left",
  "right",
  "bottom-left",
  "bottom",
  "bottom-right",
] as const;

/** A place around a centre. */
export const Place = z.enum(PLACES);
export type Place = z.infer<typeof Place>;

/** Everything but the images. */
export const RelativePositionOptions = z.strictObject({ model: OptionalModelReference });

/** The body of `POST /v1/predict/relative-position`. */
export const RelativePositionRequest = RelativePositionOptions.extend({
  input: z.union([ImageInput, z.array(ImageInput).min(1).max(2)]).describe(
    "An image, whose eight outer patches are placed around its centre; or two: a patch in the " +
      "centre, and one to place beside it",
  ),
}).meta({ id: "RelativePositionRequest" });

/** The answer of `POST /v1/predict/relative-position`. */
export const RelativePositionResponse = z.object({
  object: z.literal("list"),
  data: z.array(z.object({
    actual: Place.nullable().describe("Where the patch was cut from; null: it came by itself"),
    place: Place.describe("Where the head puts it"),
    probabilities: z.record(Place, probability),
  })),
  accuracy: probability.nullable().describe(
    "Share put where it was; null for patches by themselves",
  ),
  model: z.string().describe("Name of the model"),
  digest: z.string().describe("Digest of the model"),
}).meta({ id: "RelativePositionResponse" });
export type RelativePositionResponse = z.infer<typeof RelativePositionResponse>;
