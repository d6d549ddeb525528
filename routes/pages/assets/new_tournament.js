/**
 * The form for a new tournament: says how long it takes, at once as far as the form tells, then by
 * the plan, whose steps are measured; sends it, and puts each refusal beside the field it is about.
 *
 * @module
 */
import { call, Refused, toast } from "./api.js";
import { showTournamentPlan } from "./tournament_plan.js";

const form = document.querySelector("[data-new-tournament]");
const field = (name) => form.elements.namedItem(name);
const find = (name) => form.querySelector(`[data-${name}]`);
const chosen = () =>
  [...form.querySelectorAll("[name=objectives]:checked")].map(({ value }) => value);

/** The request that the form means. */
function request() {
  const number = (name) => Number(field(name).value);
  const body = {
    type: "tournament",
    dataset: field("dataset").value,
    objectives: chosen(),
    encoder: { name: field("encoder.name").value, width: number("encoder.width") },
    batchSize: number("batchSize"),
    seed: number("seed"),
    minutes: number("minutes"),
  };
  const name = field("name").value.trim();
  if (name !== "") body.name = name;
  const more = field("more").value.trim();
  const all = more === "" ? body : { ...body, ...JSON.parse(more) };
  // Steps asked for by hand are meant instead of the minutes.
  if (all.steps !== undefined) delete all.minutes;
  return all;
}

/** As far as the form tells; what is no JSON is said of when it is sent. */
function showTotal() {
  const entries = chosen().length;
  const text = `${entries} ${entries === 1 ? "objective trains" : "objectives train"}`;
  let all = {};
  try {
    all = request();
  } catch {
    // The minutes are those of the field then.
  }
  const { minutes = Number(field("minutes").value), steps } = all;
  find("total").textContent = steps === undefined
    ? `${text} for ${minutes} minutes each: ${duration(entries * minutes)} in all, and then some ` +
      "to judge every block."
    : `${text} for ${steps} steps each, whatever time that takes.`;
}

function duration(minutes) {
  return minutes < 120 ? `${+minutes.toFixed(1)} minutes` : `${(minutes / 60).toFixed(1)} hours`;
}

/** A fault of one entry is shown beside all of them. */
function showFaults(errors) {
  for (const place of form.querySelectorAll("[data-fault]")) place.textContent = "";
  for (const { path, rule } of errors) {
    const name = path.startsWith("objectives") ? "objectives" : path;
    const place = form.querySelector(`[data-fault="${CSS.escape(name)}"]`) ??
      form.querySelector('[data-fault="more"]');
    place.textContent += `${place.dataset.fault === path ? "" : `${path} `}${rule} `;
  }
}

/** Beside the fields, or where it is not about one, by itself. */
function showRefusal(error) {
  if (error instanceof Refused && error.errors.length > 0) showFaults(error.errors);
  else if (error instanceof SyntaxError) {
    showFaults([{ path: "more", rule: `must be JSON: ${error.message}` }]);
  } else toast(error.message, "bad");
}

/** The question that is being answered: its measuring ends when another one is asked. */
let asking = new AbortController();

async function plan() {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  try {
    const json = request();
    find("request").textContent = JSON.stringify(json, null, 2);
    find("plan-status").textContent =
      "A step of each entry is measured, some seconds each the first time …";
    const answer = await call("/v1/jobs/plan", { json, signal });
    showFaults([]);
    showTournamentPlan(find("plan"), answer);
    find("plan-status").textContent = "Measured here, on this machine.";
  } catch (error) {
    if (signal.aborted) return;
    find("plan").replaceChildren();
    find("plan-status").textContent = "There is none for what the form says.";
    showRefusal(error);
  }
}

let timer;
form?.addEventListener("input", () => {
  showTotal();
  clearTimeout(timer);
  timer = setTimeout(plan, 800);
});
form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  clearTimeout(timer);
  asking.abort();
  try {
    const job = await call("/v1/jobs", { json: request() });
    location.href = `/jobs/${job.id}`;
  } catch (error) {
    find("plan-status").textContent = "There is none for what the form says.";
    showRefusal(error);
  }
});
if (form !== null) {
  showTotal();
  plan();
}
