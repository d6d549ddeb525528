/**
 * A picture to draw a hole into, pixel by pixel as a model sees it: with a pointer, or with the arrow
 * keys and Space.
 *
 * @module
 */
import { canvasOf, percent } from "./try_out_parts.js";

/** The hole, as it is shown: a chequered board, which no picture looks like. */
const SQUARES = ["#9a9a9a", "#cfcfcf"];
const CURSOR = "#ff3b8d";

/** Which way the arrow keys go. */
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** A canvas of the picture's size with a hole that grows where it is drawn. */
export class HoleCanvas {
  /** Side of what a touch takes, pixels of the picture. */
  brush;
  canvas;
  #picture;
  #hole;
  #cursor;
  #onChange;
  #tell;
  /** Where the pointer was last; null while none draws. */
  #last = null;
  /** Whether the keys' brush is shown. */
  #keys = false;

  /**
   * @param {HTMLCanvasElement} picture A square.
   * @param {{onChange: () => void, tell: (text: string) => void}} options `onChange` is called after
   *   each stroke that leaves a hole, and not the whole picture.
   */
  constructor(picture, { onChange, tell }) {
    const side = picture.width;
    this.#picture = picture;
    this.#onChange = onChange;
    this.#tell = tell;
    this.#hole = new Uint8Array(side * side);
    this.#cursor = [side >> 1, side >> 1];
    this.brush = Math.max(2, side >> 3);
    this.canvas = canvasOf(
      side,
      "The picture, to draw a hole into: arrow keys move the brush, Space draws",
    );
    this.canvas.setAttribute("role", "application");
    this.canvas.className = "hole";
    this.canvas.tabIndex = 0;
    this.#listen();
    this.#draw();
  }

  /** A square in the middle, a quarter of the picture; what was drawn before is gone. */
  centre() {
    const { width: side } = this.canvas;
    this.#hole.fill(0);
    this.#take(side / 2, side / 2, Math.floor(side / 2));
    this.#done();
  }

  /** No hole. */
  clear() {
    this.#hole.fill(0);
    this.#draw();
  }

  /** The hole in white, the rest in black: a new canvas of the picture's size. */
  mask() {
    const { width: side } = this.canvas;
    const canvas = canvasOf(side, "");
    const pen = canvas.getContext("2d");
    const data = pen.createImageData(side, side);
    for (const [i, hole] of this.#hole.entries()) {
      data.data.set([255 * hole, 255 * hole, 255 * hole, 255], 4 * i);
    }
    pen.putImageData(data, 0, 0);
    return canvas;
  }

  #listen() {
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      canvas.focus({ preventScroll: true });
      canvas.setPointerCapture(event.pointerId);
      this.#keys = false;
      this.#stroke(event);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (this.#last !== null) this.#stroke(event);
    });
    for (const type of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(type, () => {
        if (this.#last === null) return;
        this.#last = null;
        this.#done();
      });
    }
    canvas.addEventListener("blur", () => {
      this.#keys = false;
      this.#draw();
    });
    canvas.addEventListener("keydown", (event) => this.#key(event));
  }

  #key(event) {
    const { width: side } = this.canvas;
    const move = MOVES[event.key];
    if (move === undefined && event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    this.#keys = true;
    if (move === undefined) {
      this.#take(...this.#cursor, this.brush);
      return this.#done();
    }
    const step = event.shiftKey ? this.brush : 1;
    this.#cursor = this.#cursor.map((at, i) => Math.max(0, Math.min(side, at + step * move[i])));
    this.#tell(`Brush at ${this.#cursor.map((at) => percent(at / side)).join(", ")}`);
    this.#draw();
  }

  /** From where the pointer was to where it is. */
  #stroke({ clientX, clientY }) {
    const { width: side } = this.canvas;
    const box = this.canvas.getBoundingClientRect();
    const to = [
      side * (clientX - box.left) / box.width,
      side * (clientY - box.top) / box.height,
    ];
    const from = this.#last ?? to;
    const steps = Math.max(1, Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1])));
    for (let i = 0; i <= steps; i++) {
      const [x, y] = from.map((at, j) => at + (to[j] - at) * i / steps);
      this.#take(x, y, this.brush);
    }
    this.#last = to;
    this.#draw();
  }

  /** Takes away a square around a place. */
  #take(x, y, size) {
    const { width: side } = this.canvas;
    const [left, top] = [Math.round(x - size / 2), Math.round(y - size / 2)];
    for (let row = Math.max(0, top); row < Math.min(side, top + size); row++) {
      for (let column = Math.max(0, left); column < Math.min(side, left + size); column++) {
        this.#hole[row * side + column] = 1;
      }
    }
  }

  #done() {
    this.#draw();
    const share = this.#hole.reduce((sum, hole) => sum + hole, 0) / this.#hole.length;
    if (share === 1) return this.#tell("Nothing is left around the hole.");
    if (share > 0) this.#onChange();
  }

  #draw() {
    const { width: side } = this.canvas;
    const pen = this.canvas.getContext("2d");
    pen.drawImage(this.#picture, 0, 0);
    const square = Math.max(1, side >> 4);
    for (const [i, hole] of this.#hole.entries()) {
      if (hole === 0) continue;
      const [x, y] = [i % side, Math.floor(i / side)];
      pen.fillStyle = SQUARES[(Math.floor(x / square) + Math.floor(y / square)) % 2];
      pen.fillRect(x, y, 1, 1);
    }
    if (!this.#keys) return;
    const [x, y] = this.#cursor.map((at) => Math.round(at - this.brush / 2));
    pen.globalAlpha = 0.55;
    pen.fillStyle = CURSOR;
    pen.fillRect(x, y, this.brush, this.brush);
    pen.globalAlpha = 1;
  }
}
