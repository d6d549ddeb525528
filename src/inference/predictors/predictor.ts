/** Predictor: how a head's question is answered. One file a pretext, `mod.ts` the only list. @module */
import { type Outcome, outcomeOf } from "../../errors.ts";
import type { DecodeOptions } from "../../images/decode_image.ts";
import type { Answer, Question } from "../../schemas/pretexts.ts";
import type { Pretext } from "../../schemas/pretext.ts";
import type { LoadedModel } from "../model_cache.ts";
import type { Stages } from "../stages.ts";

/** Answers questions about one pretext. */
export type Predictor<Name extends Pretext> = (
  /** A model that has the head. */
  model: LoadedModel,
  questions: Question<Name>[],
  limits: DecodeLimits,
) => Promise<Outcome<Answer<Name>>[]>;

/** Makes pixels of images, each on its own. */
export type DecodeImages = (
  images: Uint8Array[],
  options: DecodeOptions,
) => Promise<Outcome<Uint8Array>[]>;

/** How images are decoded, what they may be, and who measures it. */
export interface DecodeLimits {
  /** Most pixels an image may have. */
  maxPixels: number;
  /** For many images that go to the encoder as they are. */
  decode: DecodeImages;
  /** Of the batch; all that decodes and computes is done in one of them. */
  stages: Stages;
}

/** A predictor that takes its questions one after the other. */
export function oneByOne<Name extends Pretext>(
  answer: (
    model: LoadedModel,
    question: Question<Name>,
    limits: DecodeLimits,
  ) => Promise<Answer<Name>>,
): Predictor<Name> {
  return async (model, questions, limits) => {
    const outcomes: Outcome<Answer<Name>>[] = [];
    for (const question of questions) {
      outcomes.push(await outcomeOf(answer(model, question, limits)));
    }
    return outcomes;
  };
}
