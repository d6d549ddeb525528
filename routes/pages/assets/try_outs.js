/**
 * Trying the heads of a model on a picture: one try-out a pretext, by the name of its route.
 *
 * @module
 */
import { call } from "./api.js";
import { onPicture } from "./picture_input.js";

/** What is asked of each head, and how the answer is shown. */
const TRY_OUTS = {
  "rotation": async (picture, model, show) => {
    const bitmap = await createImageBitmap(picture);
    const canvas = square(bitmap.width, bitmap.height);
    let turned = 0;
    const turn = element("button", "Turn it by 90°");
    turn.type = "button";
    const say = element("div");
    const ask = async () => {
      draw(canvas, bitmap, turned);
      const file = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
      const { data: [answer] } = await predict("rotation", file, model);
      const right = answer.degrees === turned;
      say.replaceChildren(
        verdict(right, `It says ${answer.degrees}°; it is turned by ${turned}°.`),
        bars(answer.probabilities, (degrees) => `${degrees}°`),
      );
    };
    turn.addEventListener("click", async () => {
      turned = (turned + 90) % 360;
      turn.disabled = true;
      await ask().finally(() => turn.disabled = false);
    });
    show(canvas, turn, say);
    await ask();
  },

  "jigsaw": async (picture, model, show) => {
    const answer = await predict("jigsaw", picture, model, { shuffle: "true" });
    const restored = new Image();
    restored.src = answer.restored;
    await restored.decode();
    restored.alt = "Tiles put back";
    show(
      pair(shuffledFrom(restored, answer.permutation), "As it was given, shuffled"),
      pair(restored, `As it was put back, ${(100 * answer.probability).toFixed(0)} % sure`),
    );
  },

  "relative-position": async (picture, model, show) => {
    const answer = await predict("relative-position", picture, model);
    const table = element("table");
    table.className = "grid";
    const cells = answer.data.map(({ actual, place }) => {
      const cell = element("td");
      cell.append(verdict(actual === place, place), ` (${actual})`);
      return cell;
    });
    cells.splice(4, 0, element("td", "centre"));
    for (const row of [0, 3, 6]) {
      const tr = element("tr");
      tr.append(...cells.slice(row, row + 3));
      table.append(tr);
    }
    const right = answer.data.filter(({ actual, place }) => actual === place).length;
    const image = new Image();
    image.src = URL.createObjectURL(picture);
    image.alt = "The picture that was asked about";
    await image.decode();
    URL.revokeObjectURL(image.src);
    show(
      image,
      element("p", `${right} of 8 patches are put where they were cut from (in brackets):`),
      table,
    );
  },
};

for (const box of document.querySelectorAll("[data-try]")) {
  const { try: pretext, model } = box.dataset;
  const answer = box.querySelector("[data-answer]");
  onPicture(box, async (picture) => {
    answer.replaceChildren();
    await TRY_OUTS[pretext](picture, model, (...parts) => answer.replaceChildren(...parts));
  });
}

/** Asks a head; options go as fields of the form. */
function predict(pretext, picture, model, options = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries({ model, ...options })) form.set(name, value);
  form.set("input", picture, "picture");
  return call(`/v1/predict/${pretext}`, { method: "POST", body: form });
}

function element(name, text = "") {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function verdict(right, text) {
  const made = element("strong", `${right ? "✓" : "✗"} ${text}`);
  made.className = right ? "good" : "bad";
  return made;
}

/** Probabilities as bars with their figures. */
function bars(probabilities, words) {
  const list = element("ul");
  list.className = "bars";
  for (const [name, probability] of Object.entries(probabilities)) {
    const item = element("li");
    const meter = element("meter");
    meter.value = probability;
    meter.textContent = `${(100 * probability).toFixed(0)} %`;
    item.append(element("span", words(name)), meter, element("span", meter.textContent));
    list.append(item);
  }
  return list;
}

function pair(picture, text) {
  const figure = element("figure");
  figure.append(picture, element("figcaption", text));
  return figure;
}

/** A canvas that holds a picture however it is turned. */
function square(width, height) {
  const canvas = element("canvas");
  canvas.width = canvas.height = Math.min(width, height, 512);
  canvas.setAttribute("role", "img");
  return canvas;
}

/** The middle of a picture, turned counter-clockwise. */
function draw(canvas, bitmap, degrees) {
  const pen = canvas.getContext("2d");
  const { width: side } = canvas;
  const cut = Math.min(bitmap.width, bitmap.height);
  const [left, top] = [(bitmap.width - cut) / 2, (bitmap.height - cut) / 2];
  pen.setTransform(1, 0, 0, 1, side / 2, side / 2);
  pen.rotate(-degrees * Math.PI / 180);
  pen.drawImage(bitmap, left, top, cut, cut, -side / 2, -side / 2, side, side);
  canvas.setAttribute("aria-label", `The picture, turned by ${degrees} degrees`);
}

/** What was asked about: cell i held the tile that was put to cell permutation[i]. */
function shuffledFrom(restored, permutation) {
  const grid = Math.sqrt(permutation.length);
  const canvas = element("canvas");
  const { naturalWidth: width, naturalHeight: height } = restored;
  Object.assign(canvas, { width, height });
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", "The picture with its tiles shuffled");
  const pen = canvas.getContext("2d");
  const [w, h] = [width / grid, height / grid];
  for (const [i, from] of permutation.entries()) {
    const place = (cell) => [(cell % grid) * w, Math.floor(cell / grid) * h];
    pen.drawImage(restored, ...place(from), w, h, ...place(i), w, h);
  }
  return canvas;
}
