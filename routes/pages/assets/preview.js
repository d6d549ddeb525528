/**
 * The preview of a recipe and an objective: sliders that start at a preset's values, and the picture
 * of what they make, drawn a moment after the last change.
 *
 * @module
 */
import { call } from "./api.js";

const WAIT_MS = 300;

const box = document.querySelector("[data-preview]");
const { preview: dataset } = box.dataset;
const form = box.querySelector("form");
const find = (name) => box.querySelector(`[data-${name}]`);
const sliders = [...form.querySelectorAll("[data-path]")];
const steps = [...form.querySelectorAll("[data-step]")];

let presets;
/** The preset's own augmentations, and what a step is that the preset leaves out. */
let augment;
let seed = 0;

/** Whether the pictures have no colour. */
let grey = false;

/** The recipe that training would take for it; its options are those of no other. */
function takeObjective() {
  const [chosen] = form.elements.namedItem("objective").selectedOptions;
  form.elements.namedItem("preset").value = grey ? chosen.dataset.grey : chosen.dataset.preset;
  form.elements.namedItem("options").value = "";
  find("options").hidden = chosen.value === "";
}

/** Where a preset leaves a step out, its sliders begin here. */
const absent = JSON.parse(box.dataset.absent);

function takePreset() {
  const { recipe } = presets.find(({ name }) => name === form.elements.namedItem("preset").value);
  augment = structuredClone(recipe.augment);
  for (const step of steps) {
    step.checked = augment[step.dataset.step] !== null;
    if (!step.checked) augment[step.dataset.step] = structuredClone(absent[step.dataset.step]);
  }
  for (const slider of sliders) {
    slider.value = slider.dataset.path.split(".").reduce((at, key) => at[key], augment);
  }
  showFigures();
}

function showFigures() {
  for (const slider of sliders) {
    slider.parentElement.querySelector("output").textContent = slider.value;
    const [step] = slider.dataset.path.split(".");
    slider.disabled = steps.some((one) => one.dataset.step === step && !one.checked);
  }
}

/** The recipe that the sliders mean: the preset, with its augmentations replaced. */
function recipe() {
  const changed = structuredClone(augment);
  for (const slider of sliders) {
    // What stands still keeps the preset's own figure, which may lie between two notches.
    if (!slider.dataset.moved) continue;
    const keys = slider.dataset.path.split(".");
    const last = keys.pop();
    keys.reduce((at, key) => at[key], changed)[last] = Number(slider.value);
  }
  for (const step of steps) if (!step.checked) changed[step.dataset.step] = null;
  return { preset: form.elements.namedItem("preset").value, augment: changed };
}

/** Pictures that are looked at for colour: as many as training looks at. */
const SAMPLE = 16;

/** Whether the pictures on the page are grey: training would take another recipe then. */
async function areGrey() {
  const pen = new OffscreenCanvas(32, 32).getContext("2d", { willReadFrequently: true });
  const pictures = [...document.querySelectorAll(".thumbs img")].slice(0, SAMPLE);
  for (const picture of pictures) {
    await picture.decode();
    pen.drawImage(picture, 0, 0, 32, 32);
    const { data } = pen.getImageData(0, 0, 32, 32);
    for (let i = 0; i < data.length; i += 4) {
      if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) return false;
    }
  }
  return pictures.length > 0;
}

/**
 * What is to be shown: the recipe, and of which objective.
 *
 * @throws {SyntaxError} If the options are no JSON.
 */
function wanted() {
  const name = form.elements.namedItem("objective").value;
  if (name === "") return { recipe: recipe() };
  const text = form.elements.namedItem("options").value.trim();
  if (text === "") return { objective: name, recipe: recipe() };
  const options = JSON.parse(text);
  if (Object.prototype.toString.call(options) !== "[object Object]") {
    throw new SyntaxError('the options must be an object: {"gap": 0.2}');
  }
  return { objective: { ...options, name }, recipe: recipe() };
}

/** In words, what the rows show: once, where they all show the same. */
function captionsOf(rows) {
  const lines = rows.map(({ panels }) => panels.map(({ caption }) => caption).join(" · "));
  const same = lines.every((line) => line === lines[0]);
  return same ? [`Each row: ${lines[0]}`] : lines.map((line, i) => `Row ${i + 1}: ${line}`);
}

function show({ image, width, height, rows }) {
  const picture = find("views");
  picture.src = image;
  picture.width = width;
  picture.height = height;
  find("captions").replaceChildren(
    ...captionsOf(rows).map((line) => {
      const p = document.createElement("p");
      p.textContent = line;
      return p;
    }),
  );
}

let asked = 0;

async function draw() {
  const turn = ++asked;
  try {
    const what = wanted();
    find("json").textContent = JSON.stringify(what, null, 2);
    const more = JSON.stringify(what);
    find("train").href = `/jobs/new?${new URLSearchParams({ dataset, more })}`;
    const preview = await call(`/v1/datasets/${dataset}/preview`, {
      json: { ...what, items: 4, seed, format: "json" },
    });
    // A later question may have been answered first.
    if (turn !== asked) return;
    show(preview);
    find("fault").textContent = "";
  } catch (error) {
    if (turn !== asked) return;
    const faults = (error.errors ?? []).map(({ path, rule }) => `${path} ${rule}`);
    find("fault").textContent = faults.length > 0 ? faults.join("; ") : error.message;
  }
}

let timer;
function drawSoon() {
  clearTimeout(timer);
  timer = setTimeout(draw, WAIT_MS);
}

form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", ({ target }) => {
  if (target.name === "objective") takeObjective();
  if (target.name === "objective" || target.name === "preset") {
    for (const slider of sliders) delete slider.dataset.moved;
    takePreset();
  } else if (target.dataset.path !== undefined) target.dataset.moved = "yes";
  showFigures();
  drawSoon();
});
find("draw").addEventListener("click", () => {
  seed++;
  void draw();
});
box.addEventListener("toggle", async () => {
  if (!box.open || presets !== undefined) return;
  try {
    presets = (await call("/v1/recipes")).data;
    grey = await areGrey();
    takeObjective();
    takePreset();
    await draw();
  } catch (error) {
    find("fault").textContent = error.message;
  }
});
