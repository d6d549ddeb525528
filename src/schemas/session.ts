/** Session: a training run that the client steps, one NT-Xent step a request. @module */
import { z } from "zod";
import { EncoderRequest, Preprocessing } from "./encoder.ts";
import { ImageInput } from "./image_input.ts";
import { AugmentPatch, OptimizerOptions } from "./recipe.ts";
import { SimclrOptions } from "./objective.ts";

/** The body of `POST /v1/sessions`. */
export const SessionRequest = z.strictObject({
  encoder: EncoderRequest.default({ name: "resnet8", width: 16 }),
  projection: z.strictObject({
    hidden: SimclrOptions.shape.projectionHidden,
    dimension: SimclrOptions.shape.projectionDimension,
  }).default({ hidden: 128, dimension: 64 }),
  temperature: SimclrOptions.shape.temperature,
  optimizer: OptimizerOptions.optional().describe("Default: adam at 0.002, constant rate"),
  augment: AugmentPatch.optional().describe("Over the preset simclr-cifar"),
  imageSize: Preprocessing.shape.size.default(32),
  channels: Preprocessing.shape.channels.default(3),
  seed: z.int().min(0).max(2 ** 32 - 1).default(0),
}).meta({
  id: "SessionRequest",
  example: { encoder: "resnet8", temperature: 0.5, imageSize: 32, seed: 1 },
});
export type SessionRequest = z.infer<typeof SessionRequest>;

/** The body of `POST /v1/sessions/:id/steps`: images to augment, or pairs of ready views. */
export const SessionStepRequest = z.union([
  z.strictObject({
    images: z.array(ImageInput).min(2, "must hold at least 2 images").max(4096),
  }),
  z.strictObject({
    views: z.array(z.tuple([ImageInput, ImageInput])).min(2, "must hold at least 2 pairs").max(
      4096,
    ),
  }),
]).meta({ id: "SessionStepRequest" });
export type SessionStepRequest = z.infer<typeof SessionStepRequest>;

/** What a step did. */
export const SessionStep = z.object({
  step: z.int().describe("From 1"),
  loss: z.number().describe("Before the update"),
  contrastiveAccuracy: z.number().describe("Share of views whose nearest other view is its pair"),
  gradientNorm: z.number(),
  learningRate: z.number(),
}).meta({
  id: "SessionStep",
  example: {
    step: 1,
    loss: 2.71,
    contrastiveAccuracy: 0.25,
    gradientNorm: 1.9,
    learningRate: 0.002,
  },
});
export type SessionStep = z.infer<typeof SessionStep>;
