/**
 * A model that serves another block: the same weights, heads included, in a file that says so, under
 * a digest of its own. What pretext tasks teach the last block is often too much theirs.
 *
 * @module
 */
import { canonicalJson, sha256 } from "../digest.ts";
import { type FieldError, InvalidError } from "../errors.ts";
import { blockDimensions } from "../schemas/block_dimensions.ts";
import type { Model, ModelCard, ModelSpec } from "../schemas/model.ts";
import { blockNotes, servedBlock } from "../schemas/served_block.ts";
import { decodeSafetensors, encodeSafetensors } from "../tensor/safetensors.ts";

/** A model that is to serve another block, with its weights. */
export interface ServeBlockSource {
  model: Pick<Model, "name" | "spec" | "card">;
  /** The stored file, safetensors. */
  weights: Uint8Array<ArrayBuffer>;
}

/** What a model is made of. */
export interface BlockModel {
  /** The source's with the block's number, if it has no other. */
  name: string;
  spec: ModelSpec;
  card: ModelCard;
  digest: string;
  weights: Uint8Array<ArrayBuffer>;
}

/** Most characters of a name. */
const LONGEST_NAME = 100;

/**
 * Makes the model; the source stays as it is.
 *
 * @throws {InvalidError} If there is no such block, or it is the one that is served already.
 * @throws {CorruptError} If the stored weights are damaged.
 */
export async function serveBlock(
  { model, weights }: ServeBlockSource,
  block: number,
): Promise<BlockModel> {
  const { name, spec, card } = model;
  const served = servedBlock(spec);
  const rule = block > served.last
    ? `must be 0 to ${served.last}: so many blocks ${spec.encoder.name} has`
    : block === served.block
    ? `must be another one of 0 to ${served.last} than ${name} serves already`
    : undefined;
  if (rule !== undefined) throw refusal({ path: "block", rule, value: block });
  const { block: _, ...rest } = spec;
  const own: ModelSpec = {
    ...rest,
    dimensions: blockDimensions(spec.encoder)[block]!,
    // The last one is meant where none is given; so its digest is that of any model that serves it.
    ...(block === served.last ? {} : { block }),
  };
  const { tensors, metadata } = decodeSafetensors(weights);
  const file = encodeSafetensors({
    tensors,
    metadata: { ...metadata, spec: canonicalJson(own) },
  });
  const stale = cardNotes(spec);
  const suffix = `-block${block}`;
  return {
    name: name.slice(0, LONGEST_NAME - suffix.length) + suffix,
    spec: own,
    card: {
      ...card,
      notes: [...cardNotes(own), ...card.notes.filter((note) => !stale.includes(note))],
    },
    digest: await sha256(canonicalJson(own), file),
    weights: file,
  };
}

function cardNotes(spec: ModelSpec): string[] {
  return blockNotes(
    spec,
    "what training found out is of the last block; an evaluation job judges the one that is served.",
  );
}

function refusal(fault: FieldError): InvalidError {
  return new InvalidError(`Cannot serve the block: ${fault.path} ${fault.rule}, ${fault.value}`, {
    errors: [fault],
  });
}
