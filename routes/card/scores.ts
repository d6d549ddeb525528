/** Scores of a card: a figure, its interval, and a bar with a whisker. @module */
import { html } from "hono/html";
import type { Score } from "../../src/schemas/evaluation.ts";

/** What `html` makes: escaped text. */
export type Html = ReturnType<typeof html>;

/** `41.9`. */
function percent(share: number): string {
  return (100 * share).toFixed(1);
}

/** Shares beside each other on one scale, 0 to 100 %; the first is the one the card is about. */
export function scores(rows: [name: string, score: Score][]): Html {
  return html`<div class="scores">${
    rows.map(([name, score], i) => {
      const { value, low, high } = score;
      return html`
        <div class="score ${i === 0 ? "first" : ""}">
          <span>${name}</span>
          <span
            class="figure"><b>${percent(value)} %</b> <span class="soft small">${percent(
              low,
            )} – ${percent(high)}</span></span>
          <svg viewBox="0 0 100 10" preserveAspectRatio="none" role="img"
            aria-label="${name}: ${percent(value)} percent">
            <rect class="track" width="100" height="10" />
            <rect class="bar" width="${percent(value)}" height="10" />
            <line class="whisker" x1="${percent(low)}" x2="${percent(high)}" y1="5" y2="5" />
          </svg>
        </div>
      `;
    })
  }</div>`;
}

/** `+4.2 points (3.1 to 5.3)`. */
export function pointsText({ value, low, high }: Score): string {
  const sign = value >= 0 ? "+" : "−";
  return `${sign}${percent(Math.abs(value))} points (${percent(low)} to ${percent(high)})`;
}
