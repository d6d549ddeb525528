/**
 * The form for a new tournament: says how long it takes, at once as far as the form tells, then by
 * the plan, whose steps are measured; sends it, and puts each refusal beside the field it is about.
 *
 * @module
 */
import { planForm } from "./plan_form.js";
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

if (form !== null) {
  const say = (text) => find("plan-status").textContent = text;
  showTotal();
  planForm(form, {
    request,
    waitMs: 800,
    onInput: showTotal,
    onAsk: () => say("A step of each entry is measured, some seconds each the first time …"),
    onPlan(plan) {
      showTournamentPlan(find("plan"), plan);
      say("Measured here, on this machine.");
    },
    onNone(sent) {
      // The plan of what was refused only when it was sent stays.
      if (!sent) find("plan").replaceChildren();
      say("There is none for what the form says.");
    },
    showFaults,
  });
}
