/** What lies beside a model's weights: all that a worker has to know to run them. @module */
import { z } from "zod";
import { CorruptError } from "../errors.ts";
import { ModelCard, ModelSpec } from "../schemas/model.ts";

const ModelDescription = z.object({ spec: ModelSpec, card: ModelCard, digest: z.string() });
type ModelDescription = z.infer<typeof ModelDescription>;

/** The bytes. */
export function encodeDescription(
  { spec, card, digest }: ModelDescription,
): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify({ spec, card, digest }));
}

/** @param id Of the model, for the message. @throws {CorruptError} */
export function decodeDescription(bytes: Uint8Array, id: string): ModelDescription {
  try {
    return ModelDescription.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (cause) {
    throw new CorruptError(`Cannot read the model: its description is damaged, ${id}`, { cause });
  }
}
