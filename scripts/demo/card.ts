/** A model's card as text. @module */
import type { KnnResult, LinearResult, Score } from "../../src/schemas/evaluation.ts";
import type { Model } from "../../src/schemas/model.ts";

function percent({ value, low, high }: Score): string {
  const show = (x: number) => (100 * x).toFixed(1);
  return `${show(value).padStart(5)} %   (95 % interval ${show(low)} – ${show(high)})`;
}

/** The card: what was trained on what, and how it compares. */
export function cardText({ name, id, digest, spec, card }: Model): string {
  const { evaluation, linear } = card;
  const lines = [
    `Model ${name} (${id}, digest ${digest.slice(0, 12)})`,
    `  encoder      ${spec.encoder.name}, width ${spec.encoder.width}, ` +
    `${card.parameters} weights, h has ${spec.dimensions} dimensions`,
    `  trained on   ${card.dataset.used} images of ${card.dataset.name}, ${card.steps} steps of ` +
    `${card.batchSize}, ${Math.round(card.seconds)} s, ${Math.round(card.viewsPerSecond)} views/s`,
    `  backend      ${card.backend}`,
  ];
  for (const [head, metrics] of Object.entries(card.heads)) {
    const text = Object.entries(metrics).map(([key, value]) => `${key} ${value.toFixed(3)}`);
    lines.push(`  ${head.padEnd(12)} ${text.join(", ")} on held-out images`);
  }
  const compare = (title: string, result: KnnResult | LinearResult) =>
    lines.push(
      `  ${title}, ${result.queries} unseen images:`,
      `    trained encoder    ${percent(result.trained)}`,
      `    untrained encoder  ${percent(result.untrained)}`,
      `    raw pixels         ${percent(result.pixels)}`,
      `  ${result.verdict}`,
    );
  if (evaluation !== null) {
    compare(`kNN, k = ${evaluation.k}, bank of ${evaluation.bank}`, evaluation);
  }
  if (linear !== null) compare(`Linear probe on ${linear.labels} labels`, linear);
  for (const note of card.notes) lines.push(`  Note: ${note}`);
  return lines.join("\n");
}
