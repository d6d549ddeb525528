/**
 * A map of pictures: a point each, coloured by group, with the picture under the pointer shown.
 *
 * @module
 */
import { imageOf } from "./embed_items.js";

const MARGIN = 18;
const NEAR = 14;
const OTHER = "#8b909a";
/** Told apart in light and in dark; groups beyond these are drawn grey. */
export const COLOURS = [
  "#4f6df5",
  "#e8853d",
  "#2fa36b",
  "#c84b5a",
  "#b455c8",
  "#3d9fb8",
  "#b59a1d",
  "#7a5af0",
  "#e0609f",
  "#6b8f3a",
];

/** What the arrow keys mean. */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** The map on a canvas. */
export class PictureMap {
  #canvas;
  #tip;
  #say;
  #onPick;
  #dataset = "";
  #items = [];
  #places = [];
  #groups = [];
  #colours = new Map();
  #current = -1;

  /**
   * @param {{canvas: HTMLCanvasElement, tip: HTMLElement, say: (text: string) => void,
   *   onPick: (item: object) => void}} parts `say` is told what is under the pointer.
   */
  constructor({ canvas, tip, say, onPick }) {
    this.#canvas = canvas;
    this.#tip = tip;
    this.#say = say;
    this.#onPick = onPick;
    canvas.addEventListener("pointermove", (event) => this.#point(this.#under(event)));
    canvas.addEventListener("pointerleave", () => this.#point(-1));
    canvas.addEventListener("blur", () => this.#point(-1));
    canvas.addEventListener("click", (event) => this.#pick(this.#under(event)));
    canvas.addEventListener("keydown", (event) => this.#key(event));
    new ResizeObserver(() => this.#draw()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#draw());
  }

  /**
   * @param {string} dataset Id. @param {object[]} items @param {[number, number][]} points
   * @param {(string | null)[]} groups The group of each, which it is coloured by; null: of none.
   * @returns {[string, string][]} The legend: groups and their colours.
   */
  show(dataset, items, points, groups) {
    this.#dataset = dataset;
    this.#items = items;
    const spans = [0, 1].map((axis) => {
      const values = points.map((point) => point[axis]);
      const low = values.reduce((a, b) => Math.min(a, b), Infinity);
      return { low, size: values.reduce((a, b) => Math.max(a, b), -Infinity) - low || 1 };
    });
    this.#places = points.map((point) =>
      spans.map(({ low, size }, axis) => (point[axis] - low) / size)
    );
    this.#current = -1;
    this.#tip.hidden = true;
    return this.paint(groups);
  }

  /** Colours the points by other groups. @returns The legend, as of {@linkcode show}. */
  paint(groups) {
    this.#groups = groups;
    const names = [...new Set(groups)].filter((group) => group !== null)
      .sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
    this.#colours = new Map(names.map((name, i) => [name, COLOURS[i] ?? OTHER]));
    this.#draw();
    return [...this.#colours];
  }

  #at(i) {
    const [x, y] = this.#places[i];
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    return [MARGIN + x * (width - 2 * MARGIN), MARGIN + y * (height - 2 * MARGIN)];
  }

  #draw() {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const scale = devicePixelRatio;
    this.#canvas.width = Math.round(width * scale);
    this.#canvas.height = Math.round(height * scale);
    const pen = this.#canvas.getContext("2d");
    pen.scale(scale, scale);
    const radius = this.#items.length > 800 ? 2.5 : this.#items.length > 200 ? 3.5 : 5;
    pen.globalAlpha = 0.85;
    for (const [i, group] of this.#groups.entries()) {
      pen.fillStyle = this.#colours.get(group) ?? COLOURS[0];
      pen.beginPath();
      pen.arc(...this.#at(i), radius, 0, 2 * Math.PI);
      pen.fill();
    }
    if (this.#current < 0) return;
    pen.globalAlpha = 1;
    pen.lineWidth = 2;
    pen.strokeStyle = getComputedStyle(this.#canvas).color;
    pen.beginPath();
    pen.arc(...this.#at(this.#current), radius + 4, 0, 2 * Math.PI);
    pen.stroke();
  }

  #under({ offsetX, offsetY }) {
    let [best, least] = [-1, NEAR ** 2];
    for (let i = 0; i < this.#items.length; i++) {
      const [x, y] = this.#at(i);
      const far = (x - offsetX) ** 2 + (y - offsetY) ** 2;
      if (far < least) [best, least] = [i, far];
    }
    return best;
  }

  #point(i) {
    if (i === this.#current) return;
    this.#current = i;
    this.#draw();
    this.#tip.hidden = i < 0;
    if (i < 0) return;
    const { index, name, label } = this.#items[i];
    const [image, text] = this.#tip.children;
    image.src = imageOf(this.#dataset, index);
    text.textContent = label ?? name;
    const [x, y] = this.#at(i);
    // Towards the middle, so that it never hangs over the edge.
    const right = x > this.#canvas.clientWidth / 2;
    this.#tip.style.left = right ? "" : `${x + 12}px`;
    this.#tip.style.right = right ? `${this.#canvas.clientWidth - x + 12}px` : "";
    this.#tip.style.top = `${Math.min(y, this.#canvas.clientHeight - 130)}px`;
    this.#say(label === null ? name : `${label}, ${name}`);
  }

  #pick(i) {
    if (i >= 0) this.#onPick(this.#items[i]);
  }

  #key(event) {
    if (this.#items.length === 0) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      return this.#pick(this.#current);
    }
    const arrow = ARROWS[event.key];
    if (arrow === undefined) return;
    event.preventDefault();
    this.#point(this.#current < 0 ? 0 : this.#beyond(arrow));
  }

  /** The nearest point in a direction; the same one if there is none. */
  #beyond([dx, dy]) {
    const [x, y] = this.#at(this.#current);
    let [best, least] = [this.#current, Infinity];
    for (let i = 0; i < this.#items.length; i++) {
      const [px, py] = this.#at(i);
      const ahead = (px - x) * dx + (py - y) * dy;
      const aside = Math.abs((px - x) * dy) + Math.abs((py - y) * dx);
      if (ahead > 0 && ahead + 2 * aside < least) [best, least] = [i, ahead + 2 * aside];
    }
    return best;
  }
}
