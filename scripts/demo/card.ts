/** A model's card as text. @module */
import type { Model, Score } from "../../src/schemas/model.ts";

function percent({ value, low, high }: Score): string {
  const show = (x: number) => (100 * x).toFixed(1);
  return `${show(value).padStart(5)} %   (95 % interval ${show(low)} – ${show(high)})`;
}

/** The card: what was trained on what, and how it compares. */
export function cardText({ name, id, digest, spec, card }: Model): string {
  const { evaluation } = card;
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
  if (evaluation !== null) {
    lines.push(
      `  kNN, k = ${evaluation.k}, ${evaluation.queries} unseen images, ` +
        `bank of ${evaluation.bank}:`,
      `    trained encoder    ${percent(evaluation.trained)}`,
      `    untrained encoder  ${percent(evaluation.untrained)}`,
      `    raw pixels         ${percent(evaluation.pixels)}`,
      `  ${evaluation.verdict}`,
    );
  }
  for (const note of card.notes) lines.push(`  Note: ${note}`);
  return lines.join("\n");
}
