/**
 * The form for a new job: shows the options of what is chosen, and the plan as it is filled in, sends
 * it, and puts each refusal beside the field it is about.
 *
 * @module
 */
import { call, Refused, toast } from "./api.js";
import { showPlan } from "./job_plan.js";
import { blockOf, headsOf, placeOf, requestOf } from "./job_request.js";

const form = document.querySelector("[data-new-job]");
const field = (name) => form.elements.namedItem(name);
const find = (name) => form.querySelector(`[data-${name}]`);
// Not by form.dataset, which is the field of that name.
const told = (name) => JSON.parse(form.getAttribute(`data-${name}`));
const abouts = told("abouts");
const recipes = told("recipes");
const suiting = told("recipes-for");

/** Shows the options of the objectives and of the encoder, in their order, and no others. */
function showBlocks() {
  const objective = field("objective").value;
  const encoder = field("encoder").value;
  const heads = headsOf(form);
  for (const box of form.querySelectorAll("[name=heads]")) box.disabled = box.value === objective;
  const shown = [
    { block: blockOf(form, "objective", objective), name: objective },
    ...heads.map((name) => ({ block: blockOf(form, "objective", name), name, head: true })),
    { block: blockOf(form, "encoder", encoder), name: encoder },
  ];
  for (const block of find("blocks").children) block.hidden = true;
  for (const { block, name, head = false } of shown) {
    for (const part of block.querySelectorAll("[data-head-only]")) part.hidden = !head;
    block.querySelector("[data-block-name]").textContent = name;
    block.hidden = false;
  }
  find("blocks").prepend(...shown.map(({ block }) => block));
  find("about").textContent = abouts[objective];
}

/** The recipes that suit the objective first; which one is chosen stays, if it was. */
function showRecipes() {
  const select = field("recipe");
  const chosen = select.value;
  const own = suiting[field("objective").value].all;
  const option = (name, text = name) => new Option(text, name);
  const group = (label, names) => {
    const made = document.createElement("optgroup");
    made.label = label;
    made.append(...names.map((name) => option(name)));
    return made;
  };
  const others = recipes.map(({ name }) => name).filter((name) => !own.includes(name));
  select.replaceChildren(
    option("", "default"),
    group("For this objective", own),
    group("Others", others),
  );
  select.value = chosen;
  showRecipe();
}

function showRecipe() {
  const { value } = field("recipe");
  const { colour, grey } = suiting[field("objective").value];
  const usual = `That is ${colour}${grey === colour ? "" : `; of grey images ${grey}`}`;
  find("recipe-about").textContent = recipes.find(({ name }) => name === value)?.about ?? usual;
}

function clearFaults() {
  for (const place of form.querySelectorAll("[data-fault], [data-option-fault]")) {
    place.textContent = "";
  }
  for (const input of form.querySelectorAll("[aria-invalid]")) {
    input.removeAttribute("aria-invalid");
  }
}

/** @param {boolean} [go] Whether to go to the first field at fault. */
function showFaults(errors, go = false) {
  clearFaults();
  const faulty = errors.map(({ path, rule }) => {
    const { place, exact } = placeOf(form, path);
    place.textContent += `${exact ? "" : `${path} `}${rule} `;
    const block = place.closest("details");
    if (block !== null) block.open = true;
    const input = place.parentElement.querySelector("input, select, textarea");
    if (exact) input?.setAttribute("aria-invalid", "true");
    return input;
  });
  if (go) faulty[0]?.focus();
}

/** Shows why it was refused: beside the fields, or where that is not about one, by itself. */
function refusal(error, go) {
  if (error instanceof Refused && error.errors.length > 0) return showFaults(error.errors, go);
  if (error instanceof SyntaxError) {
    return showFaults([{ path: "more", rule: `must be JSON: ${error.message}` }], go);
  }
  toast(error.message, "bad");
}

/** The question that is being answered: its measuring ends when another one is asked. */
let asking = new AbortController();

async function plan() {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  try {
    const body = requestOf(form);
    find("request").textContent = JSON.stringify(body, null, 2);
    const answer = await call("/v1/jobs/plan", { json: body, signal });
    clearFaults();
    showPlan(find("plan"), answer);
  } catch (error) {
    if (signal.aborted) return;
    find("plan").textContent = "There is none for what the form says.";
    refusal(error, false);
  }
}

let timer;
form.addEventListener("input", ({ target }) => {
  if (["objective", "encoder", "heads"].includes(target.name)) showBlocks();
  if (target.name === "objective") showRecipes();
  if (target.name === "recipe") showRecipe();
  clearTimeout(timer);
  timer = setTimeout(plan, 400);
});
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  clearTimeout(timer);
  // A plan that is still being worked out would clear away what is found now.
  asking.abort();
  try {
    const job = await call("/v1/jobs", { json: requestOf(form) });
    location.href = `/jobs/${job.id}`;
  } catch (error) {
    refusal(error, true);
  }
});
showBlocks();
showRecipes();
plan();
