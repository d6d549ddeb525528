/**
 * The form for a new job: shows the options of what is chosen, and the plan as it is filled in, sends
 * it, and puts each refusal beside the field it is about.
 *
 * @module
 */
import { showPlan } from "./job_plan.js";
import { blockOf, headsOf, placeOf, requestOf } from "./job_request.js";
import { planForm } from "./plan_form.js";

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

/** Shows these and no others. @param {boolean} go Whether to go to the first field at fault. */
function showFaults(errors, go) {
  for (const place of form.querySelectorAll("[data-fault], [data-option-fault]")) {
    place.textContent = "";
  }
  for (const input of form.querySelectorAll("[aria-invalid]")) {
    input.removeAttribute("aria-invalid");
  }
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

showBlocks();
showRecipes();
planForm(form, {
  request: () => requestOf(form),
  waitMs: 400,
  onInput({ name }) {
    if (["objective", "encoder", "heads"].includes(name)) showBlocks();
    if (name === "objective") showRecipes();
    if (name === "recipe") showRecipe();
  },
  onPlan: (plan) => showPlan(find("plan"), plan),
  onNone(sent) {
    // The plan of what was refused only when it was sent stays.
    if (!sent) find("plan").textContent = "There is none for what the form says.";
  },
  showFaults,
});
