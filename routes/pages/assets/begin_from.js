/**
 * Where a new job begins: the request's part of it, and the fields that a model leaves no choice of.
 *
 * @module
 */

const form = document.querySelector("[data-new-job]");
const model = form.elements.namedItem("from.model");
const frozen = form.elements.namedItem("from.frozen");
const heads = form.elements.namedItem("from.heads");
const hint = form.querySelector("[data-stages-hint]");
const usual = hint.textContent;

/** The request with a model to begin from, if one is chosen: the encoder is then that model's. */
export function withBeginning(body) {
  if (model.value === "") return body;
  const { encoder: _, ...rest } = body;
  const from = { model: model.value, frozen: Number(frozen.value) };
  return { ...rest, from: heads.checked ? { ...from, heads: true } : from };
}

function show() {
  const { stages } = model.selectedOptions[0].dataset;
  const fresh = model.value === "";
  frozen.disabled = fresh;
  heads.disabled = fresh;
  hint.textContent = fresh ? usual : `kept as they are, of ${stages}`;
  if (fresh) frozen.removeAttribute("max");
  else frozen.max = stages;
  for (const field of form.querySelectorAll("[name='encoder'], [name^='encoder.']")) {
    field.disabled = !fresh;
  }
}

model.addEventListener("input", show);
show();
