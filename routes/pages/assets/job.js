/**
 * A job's page: what its events tell, as curves, in words and as what can be done.
 *
 * @module
 */
import { showEntry, showNoEntry, showStanding } from "./tournament.js";
import { attempt, call } from "./api.js";
import { short } from "./charts.js";
import { Curves } from "./job_curves.js";
import { followJob } from "./job_events.js";
import { drawLossesOnceOpen } from "./loss_curve.js";

const head = document.querySelector("[data-job]");
const id = head.dataset.job;
const find = (name) => document.querySelector(`[data-${name}]`);

/** Of a job, or of each entry of a tournament by its label. An evaluation has none. */
const curves = new Map([...document.querySelectorAll("[data-charts]")].map((box) => {
  return [box.dataset.charts, new Curves(box, JSON.parse(box.dataset.metrics))];
}));
/** The entry that was told of last. */
let entryLabel = "";

function draw(step, metrics) {
  const own = curves.get(entryLabel);
  if (own === undefined) return;
  own.draw(step, metrics);
  const box = document.querySelector(`[data-charts="${CSS.escape(entryLabel)}"]`);
  box.parentElement.querySelector("[data-no-curves]").hidden = true;
}

const extend = find("extend");
/** How far training has come, in words. */
let lastSteps = "";

const MOODS = { succeeded: "good", failed: "bad", cancelled: "warn", paused: "warn" };
const ACTIONS = {
  queued: ["pause", "cancel"],
  running: ["pause", "cancel"],
  paused: ["resume", "cancel"],
};

function showState(state, reason, time) {
  const badge = document.createElement("span");
  badge.className = `badge ${MOODS[state] ?? ""}`;
  badge.textContent = state;
  find("state").replaceChildren(badge);
  for (const button of document.querySelectorAll("[data-action]")) {
    button.hidden = !(ACTIONS[state] ?? []).includes(button.dataset.action);
  }
  // These are the ones that the service goes on with.
  if (extend !== null) extend.hidden = !["succeeded", "cancelled"].includes(state);
  if (state === "succeeded") {
    find("progress").value = 1;
    find("summary").textContent = lastSteps === "" ? "done" : `done · ${lastSteps}`;
  }
  if (head.dataset.type === "tournament" && state !== "running") {
    showNoEntry();
    // It was of the entry that ran.
    find("verdict").replaceChildren();
  }
  find("summary").classList.toggle("bad", state === "failed");
  if (state === "failed" && reason !== undefined) find("summary").textContent = reason;
  log(state === "failed" ? "error" : "info", reason ?? state, time);
}

function showProgress(progress) {
  find("progress").value = progress.fraction;
  const steps = `step ${progress.step}${
    progress.totalSteps === null ? "" : ` of ${progress.totalSteps}`
  }`;
  // An evaluation has neither steps nor epochs to tell.
  if (head.dataset.type === "train" || progress.phase === "training") {
    lastSteps = `${steps} · epoch ${progress.epoch.toFixed(1)}`;
  } else lastSteps = "";
  const { entry } = progress;
  const which = entry === undefined ? "" : `${entry.label}, ${entry.number} of ${entry.of}`;
  showEntry(entry);
  // Each entry begins at step 1 anew: their curves are not one curve.
  entryLabel = entry?.label ?? "";
  const parts = [which, progress.phase, lastSteps].filter((part) => part !== "");
  if (progress.viewsPerSecond > 0) {
    parts.push(`${short(Math.round(progress.viewsPerSecond))} views/s`);
  }
  if (progress.secondsLeft !== null) parts.push(`${Math.round(progress.secondsLeft)} s left`);
  find("summary").textContent = parts.join(" · ");
  if (progress.health !== undefined) showVerdict(progress.health);
  if (progress.phase !== "training" || progress.step === 0) return;
  const { learningRate, viewsPerSecond } = progress;
  const chance = progress.health?.report?.chanceLoss ?? null;
  draw(progress.step, {
    ...progress.metrics,
    ...(chance === null ? {} : { chanceLoss: chance }),
    learningRate,
    viewsPerSecond,
  });
  drawHealth(progress.health?.report ?? null);
}

/** What was measured of the features: of h, and of each objective's z. */
function drawHealth(report) {
  if (report === null) return;
  const metrics = {
    "rank of h": report.h.effectiveRank,
    "spread of h": report.h.spread,
  };
  const several = Object.keys(report.projections).length > 1;
  for (const [name, z] of Object.entries(report.projections)) {
    const of = several ? ` of ${name}'s z` : " of z";
    metrics[`rank${of}`] = z.effectiveRank;
    metrics[`spread${of}`] = z.spread;
    metrics[`alignment${of}`] = z.alignment;
    metrics[`uniformity${of}`] = z.uniformity;
    metrics[`entropy${of}`] = z.entropy;
  }
  draw(report.step, metrics);
}

/** A protocol's figures; those of kNN while training also as curves. */
function showEvaluation({ protocol, step, epoch, fraction, scores }) {
  const { gain: _, ...shown } = scores;
  if (protocol === "knn" && step !== null) {
    draw(
      step,
      Object.fromEntries(
        Object.entries(shown).map(([name, { value }]) => [`kNN, ${name}`, value]),
      ),
    );
  }
  const percent = (share) => `${(100 * share).toFixed(1)} %`;
  const row = document.createElement("tr");
  const figures = Object.entries(shown).map(([name, { value, low, high }]) =>
    `${name} ${percent(value)} (${percent(low)} to ${percent(high)})`
  );
  const cells = [
    (entryLabel === "" ? "" : `${entryLabel}, `) +
    (fraction === null ? protocol : `${protocol}, ${+(100 * fraction).toPrecision(3)} % of labels`),
    step === null
      ? "the finished model"
      : `step ${step}${epoch === null ? "" : `, epoch ${epoch.toFixed(1)}`}`,
    figures.join("; "),
  ];
  row.append(...cells.map((text) => {
    const cell = document.createElement("td");
    cell.textContent = text;
    return cell;
  }));
  // The newest first: a run that is judged after every epoch has many.
  find("results").prepend(row);
  find("results-part").hidden = false;
}

function log(level, message, time) {
  const line = document.createElement("li");
  if (level !== "info") line.className = level === "error" ? "bad" : "warn";
  line.textContent = `${time === undefined ? "" : `${time.slice(11, 19)} `}${message}`;
  const list = find("log");
  list.append(line);
  list.scrollTop = list.scrollHeight;
}

/** What came out, to go to. */
function showModel(model) {
  const link = find("model");
  link.href = `/models/${model}`;
  link.hidden = false;
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
  const line = document.createElement("p");
  line.append(strong, ` – ${reason}`);
  find("verdict").replaceChildren(line);
}

const HANDLERS = {
  state: ({ state, reason }, time) => showState(state, reason, time),
  progress: showProgress,
  log: ({ level, message }, time) => log(level, message, time),
  checkpoint: ({ step }, time) => log("info", `checkpoint after step ${step}`, time),
  model: ({ model }) => {
    // A tournament makes several; which is best is said when all are judged.
    if (head.dataset.type === "tournament") return;
    showModel(model);
  },
  verdict: showVerdict,
  evaluation: showEvaluation,
  tournament: (data) => {
    showStanding(data);
    if (data.served !== null) showModel(data.served);
  },
};

// Before the first entry is judged no event tells which there are.
if (head.dataset.type === "tournament") {
  await attempt(async () => showStanding(await call(`/v1/jobs/${id}/tournament`)));
}

followJob(id, HANDLERS, (why) => find("lost").textContent = why);

for (const button of document.querySelectorAll("[data-action]")) {
  button.addEventListener(
    "click",
    () => attempt(() => call(`/v1/jobs/${id}/${button.dataset.action}`, { method: "POST" })),
  );
}

extend?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = new FormData(extend);
  try {
    await call(`/v1/jobs/${id}/extend`, {
      json: { [form.get("unit")]: Number(form.get("length")) },
    });
    location.reload();
  } catch (error) {
    const faults = (error.errors ?? []).map(({ path, rule }) => `${path} ${rule}`);
    find("extend-fault").textContent = faults.length > 0 ? faults.join("; ") : error.message;
  }
});

for (const box of document.querySelectorAll("[data-losses]")) drawLossesOnceOpen(box, id);
