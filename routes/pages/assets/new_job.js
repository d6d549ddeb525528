/**
 * The form for a new job: shows the plan as it is filled in, sends it, and puts each refusal beside
 * the field it is about.
 *
 * @module
 */
import { call, Refused, toast } from "./api.js";
import { withBeginning } from "./begin_from.js";

const form = document.querySelector("[data-new-job]");
const field = (name) => form.elements.namedItem(name);

/** The request that the form means. */
function request() {
  const number = (name) => Number(field(name).value);
  const objective = field("objective").value;
  const heads = [...form.querySelectorAll("[name=heads]:checked")].map((box) => box.value)
    .filter((name) => name !== objective);
  const body = {
    type: "train",
    dataset: field("dataset").value,
    objective,
    encoder: { name: field("encoder.name").value, width: number("encoder.width") },
    batchSize: number("batchSize"),
    seed: number("seed"),
    [field("unit").value]: number("length"),
  };
  const name = field("name").value.trim();
  if (name !== "") body.name = name;
  if (heads.length > 0) body.heads = heads.map((name) => ({ objective: name }));
  const recipe = field("recipe").value;
  if (recipe !== "") body.recipe = recipe;
  const more = field("more").value.trim();
  const begun = withBeginning(body);
  return more === "" ? begun : { ...begun, ...JSON.parse(more) };
}

function showFaults(errors) {
  for (const place of form.querySelectorAll("[data-fault]")) place.textContent = "";
  for (const { path, rule } of errors) {
    const name = ["minutes", "epochs", "steps"].includes(path) ? "length" : path;
    const place = form.querySelector(`[data-fault="${CSS.escape(name)}"]`) ??
      form.querySelector('[data-fault="more"]');
    place.textContent += `${place.dataset.fault === name ? "" : `${path} `}${rule} `;
  }
}

/** @returns Whether it was refused; anything else is shown by itself. */
function refusal(error) {
  if (error instanceof Refused && error.errors.length > 0) return showFaults(error.errors);
  if (error instanceof SyntaxError) {
    return showFaults([{ path: "more", rule: `must be JSON: ${error.message}` }]);
  }
  toast(error.message, "bad");
}

const box = form.querySelector("[data-plan]");
let asked = 0;

async function plan() {
  const turn = ++asked;
  try {
    const answer = await call("/v1/jobs/plan", { json: request() });
    // A later question may have been answered first.
    if (turn !== asked) return;
    showFaults([]);
    showPlan(answer);
  } catch (error) {
    if (turn !== asked) return;
    // A service without plans still takes jobs.
    if (error.status === 405) {
      box.textContent = "This service works out none.";
      return showFaults([]);
    }
    box.textContent = "There is none for what the form says.";
    refusal(error);
  }
}

function showPlan(answer) {
  const list = document.createElement("dl");
  list.className = "facts";
  const line = (term, text) => {
    const [dt, dd] = [document.createElement("dt"), document.createElement("dd")];
    dt.textContent = term;
    dd.textContent = text;
    list.append(dt, dd);
  };
  for (const [term, text] of describe(answer)) line(term, text);
  const warnings = (answer.warnings ?? []).map((text) => {
    const p = document.createElement("p");
    p.className = "warn";
    p.textContent = text;
    return p;
  });
  box.replaceChildren(list, ...warnings);
}

/** The plan's figures in words. */
function describe(plan) {
  const unknown = "not known";
  const { replicas, chunkSize, secondsPerStep, heapLimitBytes } = plan;
  const epochs = plan.epochs === null ? "" : `, ${plan.epochs} epochs`;
  return [
    ["length", plan.steps === null ? unknown : `${plan.steps} steps${epochs}`],
    ["time a step", secondsPerStep === null ? unknown : duration(secondsPerStep)],
    ["time in all", plan.trainingSeconds === null ? unknown : duration(plan.trainingSeconds)],
    [
      "batch",
      `${plan.batchSize} images${chunkSize === null ? "" : `, ${chunkSize} at a time`}` +
      (replicas === 1 ? "" : `, on ${replicas} replicas`),
    ],
    ["memory", megabytes(plan.totalBytes)],
    [
      replicas === 1 ? "its heap" : "heap of a replica",
      megabytes(plan.heapBytes) +
      (heapLimitBytes === null ? "" : ` of at most ${megabytes(heapLimitBytes)}`),
    ],
    ["decoded images", megabytes(plan.pixelBytes)],
  ];
}

function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}

function duration(seconds) {
  if (seconds < 1) return `${(1000 * seconds).toPrecision(2)} ms`;
  if (seconds < 120) return `${seconds.toPrecision(3)} s`;
  return seconds < 7200
    ? `${(seconds / 60).toFixed(0)} minutes`
    : `${(seconds / 3600).toFixed(1)} hours`;
}

let timer;
form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(plan, 400);
});
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const job = await call("/v1/jobs", { json: request() });
    location.href = `/jobs/${job.id}`;
  } catch (error) {
    refusal(error);
  }
});
plan();
