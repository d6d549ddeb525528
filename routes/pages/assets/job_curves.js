/**
 * The curves of a training job: which metrics are drawn together, and beside what.
 *
 * @module
 */
import { Chart } from "./charts.js";

/** Metrics of every run; the objectives' own stand between the first two and the others. */
const FIRST = [
  { title: "Loss", takes: (name) => name === "loss" || name === "chanceLoss" },
  { title: "Loss of each objective", takes: (name) => /Loss$/.test(name) },
];
const OTHERS = [
  { title: "kNN beside its baselines", takes: (name) => name.startsWith("kNN, ") },
  { title: "Alignment and uniformity", takes: (name) => /alignment|uniformity/i.test(name) },
  { title: "Effective rank", takes: (name) => /rank/i.test(name) },
  { title: "Spread by dimension", takes: (name) => /spread/i.test(name) },
  { title: "Entropy", takes: (name) => /entropy/i.test(name) },
  { title: "Gradient norm", takes: (name) => name === "gradientNorm" },
  { title: "Learning rate", takes: (name) => name === "learningRate" },
  { title: "Throughput, views/s", takes: (name) => name === "viewsPerSecond" },
];

/** What a metric is called in its figure, where its own name does not say it well. */
function shortName(title, name) {
  return title === "Loss of each objective" ? name.replace(/Loss$/, "") : name;
}

/** One figure for each kind of metric, drawn as they come. */
export class Curves {
  #box;
  #charts = new Map();
  #figures;

  /**
   * @param {HTMLElement} box Where they are drawn.
   * @param {{name: string, title: string, label: string, level: {label: string, value: number}|null}[]}
   *   cards The objectives' own metrics, each a figure with the level that nothing learned has.
   */
  constructor(box, cards) {
    this.#box = box;
    const own = cards.map(({ name: metric, ...card }) => ({
      ...card,
      takes: (name) => name === metric,
    }));
    this.#figures = [...FIRST, ...own, ...OTHERS];
  }

  /** Adds the metrics of a step; what no figure takes gets one of its own. */
  draw(step, metrics) {
    const groups = new Map();
    for (const [name, value] of Object.entries(metrics)) {
      const figure = this.#figures.find(({ takes }) => takes(name)) ?? { title: name };
      const values = groups.get(figure.title) ?? { figure, named: {} };
      values.named[figure.label ?? shortName(figure.title, name)] = value;
      if (figure.level) values.named[figure.level.label] = figure.level.value;
      groups.set(figure.title, values);
    }
    for (const [title, { figure, named }] of groups) {
      if (!this.#charts.has(title)) this.#charts.set(title, this.#chart(figure));
      this.#charts.get(title).add(step, named);
    }
  }

  #chart(figure) {
    const box = document.createElement("div");
    box.className = "card";
    box.style.order = this.#figures.indexOf(figure) + 1 || this.#figures.length + 1;
    this.#box.append(box);
    const levels = figure.level ? [figure.level.label] : ["chanceLoss"];
    return new Chart(box, figure.title, { levels });
  }
}
