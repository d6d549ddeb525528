/** NT-Xent of embeddings that a client sent. @module */
import type { NtXentRequest, NtXentResult } from "../schemas/nt_xent.ts";
import { ntXentValueAndGradient } from "../tensor/ops/nt_xent.ts";

/** Loss, loss of each pair, and the gradient if it is wanted. */
export async function ntXentForRequest(request: NtXentRequest): Promise<NtXentResult> {
  const rows = request.embeddings.length;
  const d = request.embeddings[0]!.length;
  const { loss, perRow, gradient } = await ntXentValueAndGradient(
    Float32Array.from(request.embeddings.flat()),
    rows,
    d,
    request.temperature,
  );
  return {
    loss,
    perPair: Array.from({ length: rows / 2 }, (_, k) => (perRow[2 * k]! + perRow[2 * k + 1]!) / 2),
    ...(request.gradient
      ? {
        gradient: Array.from(
          { length: rows },
          (_, i) => Array.from(gradient.subarray(i * d, (i + 1) * d)),
        ),
      }
      : {}),
  };
}
