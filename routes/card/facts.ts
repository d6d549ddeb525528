/** Facts of a card: terms and what is said of them, and figures as text. @module */
import { html } from "hono/html";
import type { Html } from "./scores.ts";

/** A term and what is said of it. */
export type Fact = [name: string, value: Html];

/** Terms beside their values. */
export function facts(rows: Fact[]): Html {
  return html`<dl>${
    rows.map(([name, value]) =>
      html`
        <dt>${name}</dt>
        <dd>${value}</dd>
      `
    )
  }</dl>`;
}

/** `loss 4.210, accuracy 0.6100`. */
export function metricsText(metrics: Record<string, number>): string {
  return Object.entries(metrics).map(([name, value]) => `${name} ${value.toPrecision(4)}`)
    .join(", ");
}

/** `12,345`. */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** `90 s`, `2.5 min`. */
export function duration(seconds: number): string {
  return seconds < 120 ? `${Math.round(seconds)} s` : `${(seconds / 60).toFixed(1)} min`;
}
