/** How a model was made: data, encoder, training. @module */
import { html } from "hono/html";
import { beginningText } from "../../src/schemas/beginning_text.ts";
import type { Model } from "../../src/schemas/model.ts";
import { servedBlock } from "../../src/schemas/served_block.ts";
import { count, duration, type Fact, facts, metricsText } from "./facts.ts";
import type { Html } from "./scores.ts";

/** The facts, and the recipe folded up. */
export function making({ id, digest, spec, card, job, createdAt }: Model): Html {
  const { block, last } = servedBlock(spec);
  return html`
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
      ["embedding", html`${spec.dimensions} dimensions, of block ${block} (of 0 to ${last})`],
      ...card.from === undefined
        ? []
        : [["began from", html`${beginningText(card.from)}`] as [string, Html]],
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
        card.imported === undefined ? "made" : "imported",
        html`${createdAt}${
          job === null ? "" : html`
            by <code>${job}</code>
          `
        }`,
      ],
      ...(card.imported === undefined ? [] : origin(card.imported)),
    ])}
    <details>
      <summary>Recipe and objectives</summary>
      <pre>${JSON.stringify(
        { objectives: spec.objectives, recipe: card.recipe },
        null,
        2,
      )}</pre>
    </details>
  `;
}

/** Where an imported model comes from. */
function origin({ model, name, createdAt }: NonNullable<Model["card"]["imported"]>): Fact[] {
  return [[
    "comes from",
    html`another service, which made it on ${createdAt} as <code>${name}</code>, <code>${model}</code>;
    data, recipe and figures are that one's`,
  ]];
}

function round(value: number): string {
  return value.toFixed(value < 10 ? 1 : 0);
}
