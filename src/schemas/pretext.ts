/** Pretext: what a head can be asked over HTTP, and which heads can answer. @module */
import type { ModelSpec } from "./model.ts";
import type { ObjectiveName, ObjectiveSpec } from "./objective.ts";

/** The objectives whose heads answer each question, under the name of its route. */
export const PRETEXT_HEADS = {
  "rotation": ["rotation"],
  "jigsaw": ["jigsaw"],
  "relative-position": ["relative-position"],
  "frame-order": ["frame-order"],
  "reconstruct": ["autoencoder", "denoising-autoencoder", "stacked-denoising-autoencoder"],
  "denoise": ["denoising-autoencoder", "stacked-denoising-autoencoder"],
  "inpaint": ["context-encoder"],
} as const satisfies Record<string, readonly ObjectiveName[]>;

/** A question by the name of its route. */
export type Pretext = keyof typeof PRETEXT_HEADS;

/** The options of a head that answers. */
export type HeadSpec<Name extends Pretext> = Extract<
  ObjectiveSpec,
  { name: (typeof PRETEXT_HEADS)[Name][number] }
>;

/** The model's head for a question; undefined if it has none. */
export function headFor<Name extends Pretext>(
  spec: Pick<ModelSpec, "objectives">,
  pretext: Name,
): HeadSpec<Name> | undefined {
  const names: readonly ObjectiveName[] = PRETEXT_HEADS[pretext];
  return spec.objectives.find(({ name }) => names.includes(name)) as HeadSpec<Name> | undefined;
}
