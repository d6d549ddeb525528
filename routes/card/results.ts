/** Results of the protocols on a card. @module */
import { html } from "hono/html";
import type {
  ClassifierBudget,
  FinetuneResult,
  ProtocolResult,
} from "../../src/schemas/evaluation.ts";
import { confusionTable } from "./confusion_table.ts";
import { type Html, pointsText, scores } from "./scores.ts";

/** One protocol: what was done, the figures beside each other, the verdict, the classes. */
export function protocolResult(result: ProtocolResult): Html {
  const { title, how, rows, verdict } = describe(result);
  return html`<section><h3>${title}</h3>
<p class="soft small">${how}</p>
${scores(rows)}
${verdict === null ? "" : html`<p class="verdict">${verdict}</p>`}
${result.confusion === null ? "" : confusionTable(result.confusion)}</section>`;
}

interface Description {
  title: string;
  how: string;
  rows: Parameters<typeof scores>[0];
  verdict: string | null;
}

function describe(result: ProtocolResult): Description {
  const judged = `${result.queries} held-out items of ${result.classes} classes`;
  switch (result.kind) {
    case "knn":
      return {
        title: "k nearest neighbours",
        how: `${judged}; the ${result.k} nearest of ${result.bank} labelled items by cosine, ` +
          `weighted by exp(similarity / ${result.temperature}).`,
        rows: besideBaselines(result),
        verdict: result.verdict,
      };
    case "linear": {
      const { fits } = result;
      const strengths = [fits.trained, fits.untrained, fits.pixels].map(({ l2 }) => l2).join(", ");
      const short = Object.values(fits).every(({ converged }) => converged)
        ? ""
        : " Not every fit has converged.";
      return {
        title: "Linear probe",
        how: `${judged}; logistic regression on frozen, standardised features of ` +
          `${result.labels} labelled items. L2 chosen on a part of those: ${strengths}.${short}`,
        rows: besideBaselines(result),
        verdict: result.verdict,
      };
    }
    case "finetune":
      return {
        title: `Fine-tuning on ${+(100 * result.fraction).toPrecision(3)} % of the labels`,
        how: `${judged}; encoder and linear layer${ontoText(result)} trained on ${result.labels} ` +
          `labelled items, ${budgetText(result.budget)}${unlabelledText(result)}`,
        rows: [
          ["from this model", result.pretrained],
          ["from scratch", result.scratch],
          ...(result.labelsAlone === null ? [] : [[
            "from scratch, the labels alone",
            result.labelsAlone.scratch,
          ]] as Description["rows"]),
        ],
        verdict: result.verdict,
      };
    case "supervised":
      return {
        title: "The same encoder, supervised",
        how: `${judged}; trained from scratch on ${result.labels} labelled items, ` +
          budgetText(result.budget),
        rows: [["supervised", result.accuracy]],
        verdict: result.gap === null
          ? null
          : `Supervised minus linear probe: ${pointsText(result.gap)}.`,
      };
    default:
      return result satisfies never;
  }
}

function besideBaselines(
  { trained, untrained, pixels }: Extract<ProtocolResult, { kind: "knn" | "linear" }>,
): Description["rows"] {
  return [["this model", trained], ["untrained encoder", untrained], ["raw pixels", pixels]];
}

function ontoText({ on }: FinetuneResult): string {
  return on === "h" ? "" : " on the hidden layer of SimCLR's projector";
}

/** What items without labels were for. */
function unlabelledText({ unlabelled }: FinetuneResult): string {
  if (unlabelled === null) return "";
  const { items, batchSize, threshold, weight, crop, jitter, taken } = unlabelled;
  const share = (value: number) => `${Math.round(100 * value)} %`;
  const colour = jitter === 0 ? "" : ` and colours distorted at strength ${jitter}`;
  return ` Also learned from: ${items} items without labels, ${batchSize} a step, loss times ` +
    `${weight}, shown as crops of at least ${crop}${colour}, where the mean teacher was at least ` +
    `${share(threshold)} sure: of ${share(taken.pretrained)} in the end, from scratch ` +
    `${share(taken.scratch)}.`;
}

function budgetText(budget: ClassifierBudget): string {
  const { steps, batchSize, learningRate, weightDecay, crop, flip, jitter } = budget;
  const colour = jitter === 0 ? "" : `, colours distorted at strength ${jitter}`;
  return `${steps} steps of ${batchSize}, Adam at ${learningRate}, weight decay ${weightDecay}, ` +
    `crops of at least ${crop} of the area, mirrored with probability ${flip}${colour}.`;
}
