/** Confusion on a card: each class's figures, and the matrix where it can be read. @module */
import { html } from "hono/html";
import type { Confusion } from "../../src/schemas/evaluation.ts";
import type { Html } from "./scores.ts";

/** A larger matrix is only in the JSON. */
const MOST_COLUMNS = 40;

/** Folded up: most readers want the figure alone. */
export function confusionTable({ classes, matrix, otherLabels }: Confusion): Html {
  const share = (value: number | null) => value === null ? "–" : `${(100 * value).toFixed(1)} %`;
  return html`<details><summary>By class</summary>
<div class="scroll" tabindex="0"><table>
<caption>Recall: how many of the class were found. Precision: how many taken for it are of it.</caption>
<thead><tr><th scope="col">class</th><th scope="col">items</th><th scope="col">recall</th><th scope="col">precision</th></tr></thead>
<tbody>${
    classes.map(({ label, items, recall, precision }) =>
      html`
        <tr>
          <th scope="row">${label}</th>
          <td>${items}</td>
          <td>${share(recall)}</td>
          <td>${share(precision)}</td>
        </tr>
      `
    )
  }</tbody></table></div>
${
    matrix === null || classes.length > MOST_COLUMNS
      ? html`<p class="soft small">${classes.length} classes: the matrix is in the JSON, if anywhere.</p>`
      : html`
        <div class="scroll" tabindex="0">
          <table>
            <caption>Rows: what an item is. Columns: what it was taken for.</caption>
            <thead>
              <tr><th scope="col">is, taken for</th>${classes.map(({ label }) =>
                html`<th scope="col">${label}</th>`
              )}</tr>
            </thead>
            <tbody>${matrix.map((row, i) =>
              html`<tr><th scope="row">${classes[i]!.label}</th>${
                row.map((count) =>
                  html`<td class="${heat(count, classes[i]!.items)}">${count}</td>`
                )
              }</tr>`
            )}</tbody>
          </table>
        </div>
      `
  }
${
    otherLabels === 0 ? "" : html`
      <p
        class="soft small">${otherLabels} more items have labels that nothing was learned of; all counted as wrong.</p>
    `
  }</details>`;
}

/** One of ten shades by the share of the row; none for next to nothing. */
function heat(count: number, items: number): string {
  const shade = items === 0 ? 0 : Math.round(10 * count / items);
  return shade === 0 ? "" : `h${shade}`;
}
