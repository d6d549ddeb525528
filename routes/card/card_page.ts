/**
 * A model's card as a page, for people: what was trained on what, what it can do beside what needs no
 * training, and what a reader should know first. Rendered here, whole in itself, without a script.
 *
 * @module
 */
import { html, raw } from "hono/html";
import type { JudgedModel } from "../../src/schemas/model.ts";
import { count } from "./facts.ts";
import { judgement, notes } from "./judgement.ts";
import { making } from "./making.ts";
import type { Html } from "./scores.ts";
import { CARD_STYLE } from "./style.ts";

/** The whole page. */
export function cardPage(model: JudgedModel): Html {
  const { name, spec, card } = model;
  const objectives = spec.objectives.map((objective) => objective.name).join(" + ");
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
    ${judgement(model)}
    ${making(model)}
        </main>
      </body>
    </html>
  `;
}
