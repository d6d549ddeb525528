/**
 * Curves over steps, drawn by uPlot in the page's own colours.
 *
 * @module
 */
import uPlot from "./uplot.js";

const PALETTE = ["#4f6df5", "#e8853d", "#2fa36b", "#b455c8", "#c84b5a", "#3d9fb8"];

/** A figure with one curve a metric; metrics may come later. */
export class Chart {
  #names = [];
  #steps = [];
  #values = new Map();
  #box;
  #along;
  #levels;
  #plot = null;
  #pending = false;

  /**
   * @param {HTMLElement} box Where it is drawn. @param {string} title
   * @param {{along?: string, levels?: string[]}} options `along`: what is counted along the axis;
   *   `levels`: metrics that only say how high something is, and are dashed.
   */
  constructor(box, title, { along = "step", levels = [] } = {}) {
    this.#box = box;
    this.#along = along;
    this.#levels = levels;
    const heading = document.createElement("h3");
    heading.textContent = title;
    this.figure = document.createElement("div");
    this.figure.className = "chart";
    this.figure.setAttribute("role", "img");
    box.append(heading, this.figure);
    new ResizeObserver(() => this.#resize()).observe(this.figure);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#rebuild());
  }

  /** Adds the metrics of a step. @param {Record<string, number>} metrics */
  add(step, metrics) {
    for (const name of Object.keys(metrics)) {
      if (this.#values.has(name)) continue;
      this.#names.push(name);
      this.#values.set(name, Array(this.#steps.length).fill(null));
      this.#plot?.destroy();
      this.#plot = null;
    }
    // A run that goes on from a checkpoint tells some steps again.
    while (this.#steps.length > 0 && this.#steps.at(-1) >= step) {
      this.#steps.pop();
      for (const values of this.#values.values()) values.pop();
    }
    this.#steps.push(step);
    for (const name of this.#names) this.#values.get(name).push(metrics[name] ?? null);
    if (this.#pending) return;
    this.#pending = true;
    requestAnimationFrame(() => {
      this.#pending = false;
      this.#draw();
    });
  }

  #draw() {
    const data = [this.#steps, ...this.#names.map((name) => this.#values.get(name))];
    const last = this.#names.map((name) =>
      `${words(name)} ${short(this.#values.get(name).at(-1))}`
    );
    this.figure.setAttribute(
      "aria-label",
      `At ${this.#along} ${short(this.#steps.at(-1))}: ${last.join(", ")}`,
    );
    if (this.#plot !== null) {
      this.#plot.setData(data);
      return this.#showLast();
    }
    const [text, line] = ["--soft", "--line"].map(colourOf);
    const axis = { stroke: text, grid: { stroke: line, width: 1 }, ticks: { stroke: line } };
    this.#plot = new uPlot(
      {
        width: this.figure.clientWidth || 400,
        height: 220,
        scales: { x: { time: false } },
        axes: [axis, { ...axis, size: 60, values: (_, splits) => splits.map(short) }],
        series: [
          { label: this.#along, value: (_, value) => short(value) },
          ...this.#names.map((name, i) => ({
            label: words(name),
            spanGaps: true,
            value: (_, value) => short(value),
            ...(this.#levels.includes(name)
              ? { stroke: text, width: 1.5, dash: [6, 4], points: { show: false } }
              : { stroke: PALETTE[i % PALETTE.length], width: 2 }),
          })),
        ],
        cursor: { drag: { x: true, y: false } },
      },
      data,
      this.figure,
    );
    this.#showLast();
  }

  /** The legend tells the newest values until someone points at others. */
  #showLast() {
    // It is emptied in a microtask after each change, which is queued already.
    queueMicrotask(() => {
      if (this.#plot === null || this.#plot.cursor.idx !== null) return;
      this.#plot.setLegend({ idx: this.#steps.length - 1 });
    });
  }

  #rebuild() {
    this.#plot?.destroy();
    this.#plot = null;
    if (this.#steps.length > 0) this.#draw();
  }

  #resize() {
    this.#plot?.setSize({ width: this.figure.clientWidth, height: 220 });
  }
}

/** A colour of the style sheet as the canvas needs it. */
function colourOf(name) {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** contrastiveAccuracy → contrastive accuracy; words stay as they are. */
export function words(name) {
  if (name.includes(" ")) return name;
  return name.replace(/([a-z])([A-Z])/g, (_, a, b) => `${a} ${b.toLowerCase()}`);
}

/** Four digits are enough to see. */
export function short(value) {
  if (value === null || value === undefined) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) return value.toExponential(1);
  return Number(value.toPrecision(4)).toLocaleString("en", { maximumFractionDigits: 6 });
}
