/**
 * A model's card as a page, for people: what was trained on what, what it can do beside what needs no
 * training, and what a reader should know first. Rendered here, whole in itself, without a script.
 *
 * @module
 */
import { html, raw } from "hono/html";
import type { EvaluationReport, FrozenProof } from "../../src/schemas/evaluation.ts";
import type { JudgedModel } from "../../src/schemas/model.ts";
import { protocolResult } from "./results.ts";
import type { Html } from "./scores.ts";
import { CARD_STYLE } from "./style.ts";

/** The whole page. */
export function cardPage(model: JudgedModel): Html {
  const { name, id, digest, spec, card, evaluations } = model;
  const objectives = spec.objectives.map((objective) => objective.name).join(" + ");
  const judged = [card.evaluation, card.linear].filter((result) => result !== null);
  return html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>${name} – model card</title>
        <style>${raw(CARD_STYLE)}</style>
      </head>
      <body>
        <main>
    <h1>${name}</h1>
    <p class="soft">${spec.encoder.name}, width ${spec.encoder
      .width}, trained by ${objectives} on ${count(card.dataset.used)} items of ${card.dataset
      .name}</p>
    ${notes(card.notes)}

    <h2>Is it any good?</h2>
    ${judged.length === 0
      ? html`<p>It was not judged when it was trained. An evaluation job can do so.</p>`
      : html`
        <p
          class="soft">After the last step, beside the same encoder before training and raw pixels. Ranges are 95 % bootstrap intervals.</p>${judged
            .map(protocolResult)}${frozenProof(card.frozen)}
      `}
    ${heads(card.heads)}
    ${evaluations.map(report)}

    <h2>How it was made</h2>
    ${facts([
      ["data", html`${card.dataset.name}, ${count(card.dataset.used)} items used`],
      ["data digest", html`<code>${card.dataset.digest}</code>`],
      ["model digest", html`<code>${digest}</code>`],
      ["id", html`<code>${id}</code>`],
      [
        "input",
        html`${spec.preprocessing.size} × ${spec.preprocessing.size} pixels, ${
          spec.preprocessing.channels === 1 ? "grey" : "RGB"
        }`,
      ],
      ["embedding", html`${spec.dimensions} dimensions`],
      ["weights", html`${count(card.parameters)} in the encoder`],
      [
        "training",
        html`${count(card.steps)} steps of ${card.batchSize}, ${round(card.epochs)} epochs, ${
          duration(card.seconds)
        }, ${count(Math.round(card.viewsPerSecond))} views/s`,
      ],
      ["last metrics", html`${metricsText(card.final)}`],
      ["seed", html`${card.seed}`],
      ["backend", html`${card.backend}`],
      [
        "made",
        html`${model.createdAt}${
          model.job === null ? "" : html`
            by <code>${model.job}</code>
          `
        }`,
      ],
    ])}
    <details><summary>Recipe and objectives</summary>
    <pre>${JSON.stringify(
      { objectives: spec.objectives, recipe: card.recipe },
      null,
      2,
    )}</pre></details>
        </main>
      </body>
    </html>
  `;
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

function notes(lines: readonly string[]): Html {
  if (lines.length === 0) return html``;
  return html`<ul class="notes">${lines.map((line) => html`<li>${line}</li>`)}</ul>`;
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

function heads(all: JudgedModel["card"]["heads"]): Html {
  const entries = Object.entries(all);
  if (entries.length === 0) return html``;
  return html`<h3>Pretext heads on held-out items</h3>${
    facts(entries.map(([name, metrics]) => [name, html`${metricsText(metrics)}`]))
  }`;
}

function facts(rows: [name: string, value: Html][]): Html {
  return html`<dl>${
    rows.map(([name, value]) =>
      html`
        <dt>${name}</dt>
        <dd>${value}</dd>
      `
    )
  }</dl>`;
}

function metricsText(metrics: Record<string, number>): string {
  return Object.entries(metrics).map(([name, value]) => `${name} ${value.toPrecision(4)}`)
    .join(", ");
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}

function round(value: number): string {
  return value.toFixed(value < 10 ? 1 : 0);
}

function duration(seconds: number): string {
  return seconds < 120 ? `${Math.round(seconds)} s` : `${(seconds / 60).toFixed(1)} min`;
}
