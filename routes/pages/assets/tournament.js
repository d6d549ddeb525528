/**
 * A tournament on its job's page: which entry runs, every judged block as a bar with its interval,
 * the model and block that is recommended, and a way to have any of them served.
 *
 * @module
 */
import { attempt, toast } from "./api.js";
import { Serving } from "./tournament_serving.js";

const PROTOCOLS = { linear: "linear probe", knn: "kNN" };

const find = (name) => document.querySelector(`[data-${name}]`);
const share = (value) => (100 * value).toFixed(1);
const percent = (value) => `${share(value)} %`;
const points = (value) => `${value < 0 ? "−" : "+"}${share(Math.abs(value))}`;

let running = null;
let standing = null;
const serving = new Serving();

/** The entry that the rest of a progress report tells of. */
export function showEntry(entry) {
  if (entry === undefined || entry.label === running) return;
  running = entry.label;
  showEntries();
}

/** A job that has ended, or waits, has no entry that runs. */
export function showNoEntry() {
  running = null;
  showEntries();
  // The alias is moved after the tournament has told how it stands.
  readServing();
}

/** How the tournament stands. */
export function showStanding(data) {
  standing = data;
  showEntries();
  if (data.table !== null) showTable(data.table);
  if (data.recommended !== null) showRecommended(data.recommended);
  readServing();
}

let timer;

/** Once for all that is told at a time. */
function readServing() {
  if (standing === null || standing.table === null) return;
  clearTimeout(timer);
  timer = setTimeout(() =>
    attempt(async () => {
      await serving.read();
      showServing();
    }), 50);
}

/** Which blocks can be served, and which one is, beside each and beside the recommended one. */
function showServing() {
  for (const place of document.querySelectorAll("[data-serve]")) {
    const row = standing.table.rows[Number(place.dataset.serve)];
    const { words = "Serve", done = "default" } = place.dataset;
    place.replaceChildren(...servingOf(row, words, done));
  }
}

function servingOf(row, words, done) {
  const what = `block ${row.block} of ${row.label}`;
  if (!serving.has(row)) return ["its model was deleted"];
  if (serving.isDefault(row)) {
    const now = link(`/models/${serving.of(row)}`, done);
    now.className = "badge good";
    now.setAttribute("aria-label", `${done}: ${what}, see the model`);
    return [now];
  }
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = words;
  button.setAttribute("aria-label", `${words}: ${what}`);
  button.addEventListener("click", () => serve(row, button, what));
  return [button];
}

async function serve(row, button, what) {
  const place = button.parentElement;
  button.disabled = true;
  await attempt(async () => {
    await serving.serve(row);
    toast(`The alias default answers with ${what} now.`, "good");
  });
  showServing();
  // The button is gone, or another one.
  place.querySelector("a, button")?.focus();
}

function showEntries() {
  if (standing === null) return;
  find("entries").replaceChildren(...standing.entries.map(({ label, model, judged, error }) => {
    const item = document.createElement("li");
    const state = document.createElement("span");
    const [word, mood] = error !== null
      ? ["failed", "bad"]
      : judged
      ? ["judged", "good"]
      : label === running
      ? [model === null ? "trains" : "is judged", ""]
      : ["waits", ""];
    state.className = `badge ${mood}`;
    state.textContent = word;
    item.append(model === null ? label : link(`/models/${model}`, label), " ", state);
    if (label === running && error === null && !judged) item.setAttribute("aria-current", "step");
    if (error !== null) item.append(` ${error}`);
    return item;
  }));
}

function link(href, text) {
  const a = document.createElement("a");
  a.href = href;
  a.textContent = text;
  return a;
}

function showRecommended({ model, label, verdict }) {
  const done = standing.entries.every(({ judged, error }) => judged || error !== null);
  find("recommended-title").textContent = done ? "Recommended" : "Best so far";
  find("recommended-verdict").textContent = verdict;
  const see = link(`/models/${model}`, `See ${label}`);
  see.className = "button";
  const place = document.createElement("span");
  // The recommended block is the first of the table.
  place.dataset.serve = "0";
  place.dataset.words = "Serve this block";
  place.dataset.done = "Served as default";
  find("recommended-actions").replaceChildren(place, see);
  find("recommended").hidden = false;
}

function showTable({ by, queries, labels, classes, pixels, rows }) {
  find("ranking").hidden = false;
  const raw = Object.entries(pixels).filter(([, score]) => score !== null)
    .map(([protocol, { value }]) => `${PROTOCOLS[protocol]} ${percent(value)}`).join(", ");
  find("ranking-about").textContent =
    `${queries} held-out items of ${classes} classes, none of them trained on; ${labels} labels to ` +
    `learn from. Ranked by ${PROTOCOLS[by]}. Raw pixels: ${raw}.`;
  find("ranking-rows").replaceChildren(...rows.map(rowOf));
}

function rowOf({ label, model, block, last, behind, linear, knn }, number) {
  const row = document.createElement("tr");
  const name = document.createElement("th");
  name.scope = "row";
  name.append(link(`/models/${model}`, label));
  const place = document.createElement("td");
  place.textContent = `${block}${last ? " (last)" : ""}`;
  const distance = document.createElement("td");
  distance.className = `number ${behind !== null && behind.low > 0 ? "" : "good"}`;
  distance.textContent = behind === null
    ? "the first"
    : `${share(behind.value)}${behind.low > 0 ? "" : ", not clearly"}`;
  const served = document.createElement("td");
  served.dataset.serve = String(number);
  row.append(name, place, served, distance, ...[linear, knn].flatMap(cellsOf));
  return row;
}

/** A protocol's figures of a block: its bar, and what training gained. */
function cellsOf(score) {
  const [value, gained] = [document.createElement("td"), document.createElement("td")];
  value.className = gained.className = "number";
  if (score === null) return [value, gained];
  const { trained, untrained, gain } = score;
  value.append(
    ...figures(percent(trained.value), share(trained.low), share(trained.high)),
    bar(trained, untrained),
  );
  gained.classList.add("gain");
  gained.append(...figures(points(gain.value), points(gain.low), points(gain.high)));
  gained.classList.add(gain.low > 0 ? "good" : gain.high < 0 ? "bad" : "soft");
  return [value, gained];
}

/** A figure and, smaller, its interval. */
function figures(figure, low, high) {
  const interval = document.createElement("span");
  interval.className = "small";
  interval.textContent = ` (${low} to ${high})`;
  return [figure, interval];
}

const SVG = "http://www.w3.org/2000/svg";

/** What stands in words beside it, so it says nothing to those who do not see it. */
function bar({ value, low, high }, untrained) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 100 10");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  const rect = (name, x, y, width, height) => {
    const shape = document.createElementNS(SVG, "rect");
    for (const [key, number] of Object.entries({ x, y, width: Math.max(0.4, width), height })) {
      shape.setAttribute(key, String(number));
    }
    shape.setAttribute("class", name);
    svg.append(shape);
  };
  rect("track", 0, 0, 100, 10);
  rect("value", 0, 2, 100 * value, 6);
  rect("whisker", 100 * low, 4, 100 * (high - low), 2);
  rect("untrained", 100 * untrained.value, 0, 0.6, 10);
  return svg;
}
