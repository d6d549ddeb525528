/** What a run that begins from a model needs, and what is said of it. @module */
import { InternalError } from "../errors.ts";
import type { TrainSpec } from "../schemas/train.ts";
import { beginningText } from "../schemas/beginning_text.ts";

/** Reads the stored weights of a model. @throws {ConflictError} If it was deleted. */
export type LoadPretrained = (model: string) => Promise<Uint8Array<ArrayBuffer>>;

/** The weights that a run without a checkpoint begins from; undefined: fresh ones. */
export async function loadPretrained(
  { from }: TrainSpec,
  load: LoadPretrained | undefined,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (from === undefined) return undefined;
  if (load === undefined) {
    throw new InternalError(`Cannot begin from the model: nothing reads it, ${from.model}`);
  }
  return await load(from.model);
}

/** What a reader of the card should know. */
export function beginningNotes({ from, evaluate }: TrainSpec): string[] {
  if (from === undefined) return [];
  const seen = evaluate === null
    ? ""
    : " Whether that was trained on items that are held out here was not checked. The untrained " +
      "encoder that it is compared with has fresh weights.";
  return [`Began from ${beginningText(from)}.${seen}`];
}
