/** What the try-outs share: asking a head, and the parts of an answer. @module */
import { attempt, call } from "./api.js";

/**
 * Asks a head.
 *
 * @param {Blob[]} pictures @param {Record<string, unknown>} options Fields of the form; what is
 *   undefined is left out. A `Blob` is sent as a file.
 */
export function predict(pretext, pictures, model, options = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries({ model, ...options })) {
    if (value !== undefined) form.set(name, value);
  }
  for (const picture of pictures) form.append("input", picture, "picture");
  return call(`/v1/predict/${pretext}`, { method: "POST", body: form });
}

/**
 * Asks again whenever something is changed: of several answers that are awaited, the newest
 * question's counts.
 *
 * @param {() => Promise<unknown>} ask @param {(answer: unknown) => unknown} use
 * @returns `now` asks and shows what fails; `soon` asks once nothing has changed for a moment;
 *   `cancel` wants no answer to what was asked.
 */
export function asking(ask, use) {
  let turn = 0;
  let timer;
  const now = () => {
    clearTimeout(timer);
    return attempt(async () => {
      const mine = ++turn;
      const answer = await ask();
      if (mine === turn) await use(answer);
    });
  };
  return {
    now,
    soon() {
      clearTimeout(timer);
      timer = setTimeout(now, 250);
    },
    cancel() {
      clearTimeout(timer);
      turn++;
    },
  };
}

/** An element with that text. */
export function element(name, text = "") {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

/** A button that does something. */
export function button(text, work) {
  const made = element("button", text);
  made.type = "button";
  made.addEventListener("click", work);
  return made;
}

/** Things side by side. */
export function row(name, ...parts) {
  const made = element("div");
  made.className = name;
  made.append(...parts);
  return made;
}

/** Whether the head was right, and what it said. */
export function verdict(right, text) {
  const made = element("strong", `${right ? "✓" : "✗"} ${text}`);
  made.className = right ? "good" : "bad";
  return made;
}

/** Probabilities as bars with their figures. */
export function bars(probabilities, words) {
  const list = element("ul");
  list.className = "bars";
  for (const [name, probability] of Object.entries(probabilities)) {
    const item = element("li");
    const meter = element("meter");
    meter.value = probability;
    meter.textContent = percent(probability);
    item.append(element("span", words(name)), meter, element("span", meter.textContent));
    list.append(item);
  }
  return list;
}

/** A picture with what it is. */
export function captioned(picture, text) {
  const figure = element("figure");
  figure.append(picture, element("figcaption", text));
  return figure;
}

/** A picture that has come. @param {string} source An address. */
export async function pictureOf(source, description) {
  const image = new Image();
  image.src = source;
  image.alt = description;
  await image.decode();
  return image;
}

/** A picture that was dropped, to be shown; its address is given back once it is drawn. */
export async function droppedPicture(file, description) {
  const image = await pictureOf(URL.createObjectURL(file), description);
  URL.revokeObjectURL(image.src);
  return image;
}

/** A canvas to look at. */
export function canvasOf(side, description) {
  const canvas = element("canvas");
  canvas.width = canvas.height = side;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", description);
  return canvas;
}

/** The middle square of a picture as a canvas of that side, which is what a model sees of it. */
export async function squareOf(file, side, description) {
  const bitmap = await createImageBitmap(file);
  const cut = Math.min(bitmap.width, bitmap.height);
  const canvas = canvasOf(side, description);
  const pen = canvas.getContext("2d");
  pen.imageSmoothingQuality = "high";
  // A model sees what is transparent on white.
  pen.fillStyle = "white";
  pen.fillRect(0, 0, side, side);
  const [left, top] = [(bitmap.width - cut) / 2, (bitmap.height - cut) / 2];
  pen.drawImage(bitmap, left, top, cut, cut, 0, 0, side, side);
  bitmap.close();
  return canvas;
}

/** What a canvas shows as a file. */
export function pngOf(canvas) {
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

/** A share in words. */
export function percent(share) {
  return `${(100 * share).toFixed(0)}\u00a0%`;
}

/** A ratio of signal to noise in words. */
export function decibels(value) {
  return `${value.toFixed(1)}\u00a0dB`;
}
