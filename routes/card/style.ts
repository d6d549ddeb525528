/** The style of a model's card, light and dark, from a phone's width up. @module */
import { createHash } from "node:crypto";

/** Within the page, so that a saved page is whole; the policy allows it by its digest. */
export const CARD_STYLE = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1c2126; --soft: #5b6670; --line: #dfe3e8; --wash: #f5f7f9;
  --trained: #2563c9; --other: #98a4b3; --whisker: #1c2126; --warn: #8a5a00; --warnwash: #fdf4e0;
  --heat: 37, 99, 201;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14181c; --ink: #e4e8ec; --soft: #98a4b0; --line: #2c343c; --wash: #1c2228;
    --trained: #6ea3f5; --other: #5d6976; --whisker: #e4e8ec; --warn: #f0c674; --warnwash: #2a2415;
    --heat: 110, 163, 245;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
main { max-width: 58rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .75rem; padding-top: 1rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.75rem 0 .25rem; }
p { margin: .25rem 0 .75rem; }
code { font: .875em ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
.soft { color: var(--soft); }
.small { font-size: .875rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.25rem; margin: .5rem 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
.scores { display: grid; gap: .5rem; margin: .75rem 0; }
.score { display: grid; grid-template-columns: 10.5rem 9.5rem 1fr; gap: 0 .75rem; align-items: center; }
.score svg { width: 100%; height: 1rem; display: block; }
.figure { font-variant-numeric: tabular-nums; white-space: nowrap; }
.figure b { font-weight: 600; }
.track { fill: var(--wash); }
.bar { fill: var(--other); }
.first .bar { fill: var(--trained); }
.whisker { stroke: var(--whisker); stroke-width: 2; vector-effect: non-scaling-stroke; }
.verdict { margin: .5rem 0; }
.scroll { overflow-x: auto; max-width: 100%; }
table { border-collapse: collapse; font-size: .8125rem; font-variant-numeric: tabular-nums; margin: .5rem 0; }
th, td { padding: .25rem .5rem; text-align: right; border: 1px solid var(--line); white-space: nowrap; }
th { font-weight: 500; color: var(--soft); background: var(--wash); }
th[scope="row"] { text-align: left; }
caption { text-align: left; color: var(--soft); padding-bottom: .25rem; }
details { margin: .5rem 0; }
summary { cursor: pointer; color: var(--soft); }
ul.notes { margin: .5rem 0; padding: .75rem 1rem .75rem 2rem; background: var(--warnwash); border-left: 3px solid var(--warn); }
pre { background: var(--wash); padding: .75rem; white-space: pre-wrap; overflow-wrap: anywhere; font: .8125rem/1.45 ui-monospace, "DejaVu Sans Mono", monospace; }
${
  Array.from({ length: 10 }, (_, i) =>
    `.h${i + 1} { background: rgba(var(--heat), ${(0.06 + 0.06 * i).toFixed(2)}); }`).join("\n")
}
@media (max-width: 40rem) {
  .score { grid-template-columns: 1fr auto; }
  .score svg { grid-column: 1 / -1; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .5rem; }
}
@media print { details::details-content { content-visibility: visible; block-size: auto; } }
`;

/** SHA-256 of the style, base64, as a content security policy names it. */
export const CARD_STYLE_DIGEST: string = createHash("sha256").update(CARD_STYLE).digest("base64");
