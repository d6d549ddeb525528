/**
 * Encoder digest: proof that an evaluation judged the weights it says it did, and that they stayed
 * as they were. An encoder whose batch-norm statistics go on moving while it is judged is a common
 * fault of probes, and one that no figure shows.
 *
 * @module
 */
import type { Encoder } from "../encoders/encoder.ts";
import { InternalError } from "../errors.ts";
import { readVariables } from "../objectives/network.ts";
import type { FrozenProof } from "../schemas/evaluation.ts";
import { encodeSafetensors } from "../tensor/safetensors.ts";
import { sha256 } from "../digest.ts";

/** SHA-256 over every weight and running statistic, hex. */
export async function encoderDigest(encoder: Encoder): Promise<string> {
  const tensors = await readVariables([...encoder.parameters(), ...encoder.buffers()]);
  return await sha256(encodeSafetensors({ tensors, metadata: {} }));
}

/**
 * Runs work that must leave an encoder as it is.
 *
 * @throws {InternalError} If it did not.
 */
export async function withFrozen<T>(
  encoder: Encoder,
  work: () => Promise<T>,
): Promise<{ result: T; frozen: FrozenProof }> {
  const before = await encoderDigest(encoder);
  const result = await work();
  const after = await encoderDigest(encoder);
  if (after !== before) {
    throw new InternalError(
      `Cannot trust the evaluation: it changed the encoder it judged, ${before} became ${after}`,
    );
  }
  return { result, frozen: { before, after } };
}
