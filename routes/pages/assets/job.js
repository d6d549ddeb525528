/**
 * A job's page: follows its events, which replay what has been, so that a reload or a lost
 * connection costs nothing.
 *
 * @module
 */
import { attempt, call } from "./api.js";
import { Chart, short } from "./charts.js";

const head = document.querySelector("[data-job]");
const id = head.dataset.job;
const find = (name) => document.querySelector(`[data-${name}]`);

/** Which metrics are drawn together; what none of them takes gets a figure of its own. */
const FIGURES = [
  { title: "Loss", takes: (name) => /(^l|L)oss$/.test(name) },
  { title: "Accuracy", takes: (name) => /Accuracy$/.test(name) },
  { title: "kNN beside its baselines", takes: (name) => /^knn/i.test(name) },
  { title: "Alignment and uniformity", takes: (name) => /alignment|uniformity/i.test(name) },
  { title: "Effective rank", takes: (name) => /rank/i.test(name) },
  { title: "Spread by dimension", takes: (name) => /deviation|spread|std/i.test(name) },
  { title: "Entropy", takes: (name) => /entropy/i.test(name) },
  { title: "Gradient norm", takes: (name) => name === "gradientNorm" },
  { title: "Learning rate", takes: (name) => name === "learningRate" },
  { title: "Throughput, views/s", takes: (name) => name === "viewsPerSecond" },
];

const charts = new Map();

function draw(step, metrics) {
  const groups = new Map();
  for (const [name, value] of Object.entries(metrics)) {
    const title = FIGURES.find(({ takes }) => takes(name))?.title ?? name;
    groups.set(title, { ...groups.get(title), [name]: value });
  }
  for (const [title, values] of groups) {
    if (!charts.has(title)) {
      const box = document.createElement("div");
      box.className = "card";
      box.style.order = FIGURES.findIndex((figure) => figure.title === title) + 1 ||
        FIGURES.length + 1;
      find("charts").append(box);
      charts.set(title, new Chart(box, title));
    }
    charts.get(title).add(step, values);
  }
  find("no-curves").hidden = true;
}

const MOODS = { succeeded: "good", failed: "bad", cancelled: "warn", paused: "warn" };
const ACTIONS = {
  queued: ["pause", "cancel"],
  running: ["pause", "cancel"],
  paused: ["resume", "cancel"],
};

function showState(state, reason) {
  const badge = document.createElement("span");
  badge.className = `badge ${MOODS[state] ?? ""}`;
  badge.textContent = state;
  find("state").replaceChildren(badge);
  for (const button of document.querySelectorAll("[data-action]")) {
    button.hidden = !(ACTIONS[state] ?? []).includes(button.dataset.action);
  }
  if (reason !== undefined) log(state === "failed" ? "error" : "info", reason);
}

function showProgress(progress) {
  find("progress").value = progress.fraction;
  const parts = [
    `${progress.phase}, step ${progress.step}${
      progress.totalSteps === null ? "" : ` of ${progress.totalSteps}`
    }`,
    `epoch ${progress.epoch.toFixed(1)}`,
  ];
  if (progress.viewsPerSecond > 0) {
    parts.push(`${short(Math.round(progress.viewsPerSecond))} views/s`);
  }
  if (progress.secondsLeft !== null) parts.push(`${Math.round(progress.secondsLeft)} s left`);
  find("summary").textContent = parts.join(" · ");
  if (progress.phase !== "training" || progress.step === 0) return;
  const { learningRate, viewsPerSecond } = progress;
  draw(progress.step, { ...progress.metrics, learningRate, viewsPerSecond });
}

function log(level, message, time) {
  const line = document.createElement("li");
  if (level !== "info") line.className = level === "error" ? "bad" : "warn";
  line.textContent = `${time === undefined ? "" : `${time.slice(11, 19)} `}${message}`;
  const list = find("log");
  list.append(line);
  list.scrollTop = list.scrollHeight;
}

function showVerdict({ verdict, reason }) {
  const strong = document.createElement("strong");
  strong.textContent = verdict;
  strong.className = {
    learning: "good",
    plateau: "warn",
    outplayed: "warn",
    collapsing: "bad",
    diverged: "bad",
  }[verdict] ??
    "";
  find("verdict").replaceChildren(strong, ` – ${reason}`);
}

const HANDLERS = {
  state: ({ state, reason }) => showState(state, reason),
  progress: showProgress,
  log: ({ level, message }, time) => log(level, message, time),
  checkpoint: ({ step }, time) => log("info", `checkpoint after step ${step}`, time),
  model: ({ model }) => {
    const link = find("model");
    link.href = `/models/${model}`;
    link.hidden = false;
  },
  verdict: showVerdict,
};

const events = new EventSource(`/v1/jobs/${id}/events`);
for (const [type, handle] of Object.entries(HANDLERS)) {
  events.addEventListener(type, (event) => {
    const { data, time } = JSON.parse(event.data);
    handle(data, time);
    // The stream ends after a job's last event; a browser would ask for it again and again.
    if (type === "state" && ["succeeded", "failed", "cancelled"].includes(data.state)) {
      events.close();
    }
  });
}

for (const button of document.querySelectorAll("[data-action]")) {
  button.addEventListener(
    "click",
    () => attempt(() => call(`/v1/jobs/${id}/${button.dataset.action}`, { method: "POST" })),
  );
}
