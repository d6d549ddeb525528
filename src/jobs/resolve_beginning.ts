/**
 * Resolves what a run begins from: which model that is, and whether it fits what else is asked for.
 *
 * @module
 */
import type { FieldError } from "../errors.ts";
import type { Beginning } from "../schemas/beginning.ts";
import { blockDimensions } from "../schemas/block_dimensions.ts";
import type { EncoderSpec, Preprocessing } from "../schemas/encoder.ts";
import type { Model } from "../schemas/model.ts";
import type { ObjectiveSpec } from "../schemas/objective.ts";
import type { TrainRequest } from "../schemas/train.ts";
import { findModel, type ModelFinder } from "./find_model.ts";

/** A beginning, and what it settles. */
export interface ResolvedBeginning {
  from: Beginning;
  encoder: EncoderSpec;
  preprocessing: Preprocessing;
}

/**
 * Null if the request begins from fresh weights.
 *
 * @param faults Gets what does not fit. @throws {NotFoundError} If there is no such model.
 */
export async function resolveBeginning(
  { from, encoder, imageSize, channels }: TrainRequest,
  objectives: { spec: ObjectiveSpec }[],
  models: ModelFinder,
  faults: FieldError[],
): Promise<ResolvedBeginning | null> {
  if (from === undefined) return null;
  const model = await findModel(models, from.model, "from.model");
  const { spec } = model;
  const contradicts = (path: string, given: string, has: string, value: unknown) =>
    faults.push({
      path,
      rule: `must be left out, or be ${has} as of the model ${model.name}, which it is to begin ` +
        `from; it is ${given}`,
      value,
    });
  if (encoder !== undefined && encoderText(encoder) !== encoderText(spec.encoder)) {
    contradicts("encoder", encoderText(encoder), encoderText(spec.encoder), encoder);
  }
  const { preprocessing } = spec;
  if (channels !== undefined && channels !== preprocessing.channels) {
    contradicts("channels", `${channels}`, `${preprocessing.channels}`, channels);
  }
  const stages = blockDimensions(spec.encoder).length;
  if (from.frozen > stages) {
    const rule = `must be at most ${stages}: so many stages ${spec.encoder.name} has`;
    faults.push({ path: "from.frozen", rule, value: from.frozen });
  }
  return {
    from: {
      model: model.id,
      name: model.name,
      digest: model.digest,
      // As many as there are: what is worked out from here on must not fail by what is refused.
      frozen: Math.min(from.frozen, stages),
      heads: from.heads ? sharedHeads(model, objectives, faults) : [],
    },
    encoder: spec.encoder,
    // No weight depends on the size of the images: the encoder's and the heads' fit any.
    preprocessing: { ...preprocessing, size: imageSize ?? preprocessing.size },
  };
}

/** Objectives of the run that the model was trained with, by the same options. */
function sharedHeads(
  { name, spec }: Model,
  objectives: { spec: ObjectiveSpec }[],
  faults: FieldError[],
): string[] {
  const options = (objective: ObjectiveSpec) =>
    JSON.stringify(Object.entries(objective).sort(([a], [b]) => a < b ? -1 : 1));
  const known = new Set(spec.objectives.map(options));
  const shared = objectives.map(({ spec }) => spec).filter((own) => known.has(options(own)));
  if (shared.length === 0) {
    const rule = `must be false: no objective is one of the model ${name} with the same options; ` +
      `it has ${spec.objectives.map((objective) => objective.name).join(" and ")}`;
    faults.push({ path: "from.heads", rule, value: true });
  }
  return shared.map((objective) => objective.name);
}

function encoderText({ name, width }: EncoderSpec): string {
  return `${name} of width ${width}`;
}
