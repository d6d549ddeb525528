/**
 * The only registry of objectives.
 *
 * @module
 */
import type { ObjectiveSpec } from "../schemas/objective.ts";
import { frameOrder } from "./frame_order.ts";
import { autoencoder } from "./autoencoder.ts";
import { contextEncoder } from "./context_encoder.ts";
import type { ImageObjectiveContext } from "./image_objective_context.ts";
import { jigsaw } from "./jigsaw.ts";
import type { Objective } from "./objective.ts";
import { relativePosition } from "./relative_position.ts";
import { rotation } from "./rotation.ts";
import { simclr } from "./simclr.ts";
import { stackedAutoencoder } from "./stacked_autoencoder.ts";

/** The objective of that name and options. */
export function createObjective(spec: ObjectiveSpec, context: ImageObjectiveContext): Objective {
  switch (spec.name) {
    case "simclr":
      return simclr(spec, context);
    case "rotation":
      return rotation(spec, context);
    case "jigsaw":
      return jigsaw(spec, context);
    case "relative-position":
      return relativePosition(spec, context);
    case "frame-order":
      return frameOrder(spec, context);
    case "autoencoder":
    case "denoising-autoencoder":
      return autoencoder(spec, context);
    case "stacked-denoising-autoencoder":
      return stackedAutoencoder(spec, context);
    case "context-encoder":
      return contextEncoder(spec, context);
    default:
      return spec satisfies never;
  }
}
