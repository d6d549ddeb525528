/** Summary of a protocol's result: its figures without the details. @module */
import type { EvaluationSummary, ProtocolResult, Score } from "../schemas/evaluation.ts";

/** @param at The moment of training, where the model is not finished. */
export function summarise(
  result: ProtocolResult,
  at: { step: number; epoch: number } | null = null,
): EvaluationSummary {
  return {
    protocol: result.kind,
    step: at?.step ?? null,
    epoch: at?.epoch ?? null,
    fraction: result.kind === "finetune" ? result.fraction : null,
    scores: scoresOf(result),
  };
}

function scoresOf(result: ProtocolResult): Record<string, Score> {
  switch (result.kind) {
    case "knn":
    case "linear": {
      const { trained, untrained, pixels, gain } = result;
      return { trained, untrained, pixels, gain };
    }
    case "finetune": {
      const { pretrained, scratch, gain, labelsAlone } = result;
      return {
        pretrained,
        scratch,
        gain,
        ...(labelsAlone === null ? {} : { labelsAlone: labelsAlone.scratch }),
      };
    }
    case "supervised": {
      const { accuracy, gap } = result;
      return { accuracy, ...(gap === null ? {} : { gap }) };
    }
    default:
      return result satisfies never;
  }
}
