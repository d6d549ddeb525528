/** A network as a model: how it is used, its weights, one digest over both. @module */
import type { Network, NetworkSpec } from "../objectives/network.ts";
import type { ModelSpec } from "../schemas/model.ts";
import { encodeSafetensors } from "../tensor/safetensors.ts";
import { canonicalJson, sha256 } from "../digest.ts";

/** What a model is, but for what is known about it. */
export interface PackedModel {
  spec: ModelSpec;
  /** safetensors: encoder, heads, buffers. */
  weights: Uint8Array<ArrayBuffer>;
  /** SHA-256 over spec and weights, hex. */
  digest: string;
}

/** Reads the network's weights back and packs them up. */
export async function packModel(network: Network, made: NetworkSpec): Promise<PackedModel> {
  const spec: ModelSpec = { ...made, dimensions: network.encoder.features.dimensions };
  const weights = encodeSafetensors({
    tensors: await network.weights(),
    metadata: { format: "alike-model-1", spec: canonicalJson(spec) },
  });
  return { spec, weights, digest: await sha256(canonicalJson(spec), weights) };
}

/** How many weights the encoder has. */
export function encoderParameters({ encoder }: Network): number {
  return encoder.parameters().reduce((sum, { variable }) => sum + variable.size, 0);
}
