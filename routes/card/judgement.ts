/** Whether a model is any good: every result there is, and what to know before trusting it. @module */
import { html } from "hono/html";
import type { EvaluationReport, FrozenProof } from "../../src/schemas/evaluation.ts";
import type { JudgedModel } from "../../src/schemas/model.ts";
import { metricCards } from "../../src/schemas/metric.ts";
import type { ObjectiveSpec } from "../../src/schemas/objective.ts";
import { count, duration, facts, metricsText } from "./facts.ts";
import { protocolResult } from "./results.ts";
import type { Html } from "./scores.ts";

/** After training, by each head, and by every evaluation job. */
export function judgement({ card, evaluations, spec }: JudgedModel): Html {
  const judged = [card.evaluation, card.linear].filter((result) => result !== null);
  return html`
    <h2>Is it any good?</h2>
    ${judged.length === 0
      ? html`<p>It was not judged when it was trained. An evaluation job can do so.</p>`
      : html`
        <p
          class="soft">After the last step, beside the same encoder before training and raw pixels. Ranges are 95 % bootstrap intervals.</p>${judged
            .map(protocolResult)}${frozenProof(card.frozen)}
      `}
    ${heads(card.heads, spec.objectives)}
    ${evaluations.map(report)}
  `;
}

/** Warnings, if there are any. */
export function notes(lines: readonly string[]): Html {
  if (lines.length === 0) return html``;
  return html`<ul class="notes">${lines.map((line) => html`<li>${line}</li>`)}</ul>`;
}

/** What one evaluation job found out. */
function report(evaluation: EvaluationReport): Html {
  const { job, createdAt, train, dataset, results, frozen, seed, seconds, backend } = evaluation;
  return html`<h2>Evaluation of ${createdAt.slice(0, 10)}</h2>
${notes(evaluation.notes)}
${results.map(protocolResult)}
${
    facts([
      [
        "learned from",
        html`${train.name}, up to ${count(train.items)} items <code>${train.digest}</code>`,
      ],
      [
        "judged on",
        html`${dataset.name}, ${count(dataset.items)} items <code>${dataset.digest}</code>`,
      ],
      ["job", html`<code>${job}</code>, seed ${seed}, ${duration(seconds)}, ${backend}`],
    ])
  }
${frozenProof(frozen)}`;
}

function frozenProof(proof: FrozenProof | null): Html {
  if (proof === null) return html``;
  const same = proof.before === proof.after ? "the same before and after" : "NOT the same after";
  return html`
    <p
      class="soft small">Encoder frozen: its weights’ digest was ${same}, <code>${proof.before
        .slice(0, 16)}…</code></p>
  `;
}

function heads(all: JudgedModel["card"]["heads"], objectives: ObjectiveSpec[]): Html {
  const entries = Object.entries(all);
  if (entries.length === 0) return html``;
  return html`<h3>Pretext heads on held-out items</h3>${
    facts(entries.map(([name, metrics]) => {
      const spec = objectives.find((objective) => objective.name === name);
      return [name, html`${spec === undefined ? metricsText(metrics) : headText(metrics, spec)}`];
    }))
  }`;
}

/** In words, beside what a head that knows nothing gets. */
function headText(metrics: Record<string, number>, spec: ObjectiveSpec): string {
  // What chance is for SimCLR follows the size of the batch that is judged, which no card tells.
  const cards = metricCards(spec, 1).map((card) =>
    spec.name === "simclr" ? { ...card, level: null } : card
  );
  return Object.entries(metrics).map(([name, value]) => {
    const card = cards.find((one) => one.name === name);
    const beside = card?.level ? ` (${card.level.label}: ${+card.level.value.toPrecision(3)})` : "";
    return `${card?.label ?? name} ${value.toPrecision(4)}${beside}`;
  }).join(", ");
}
