/**
 * What the form of a new job says, as the request that means it, and where in the form a fault of
 * that request belongs.
 *
 * @module
 */
import { withBeginning } from "./begin_from.js";

/** The options of a name: of an objective, of an encoder. */
export function blockOf(form, kind, name) {
  return form.querySelector(`[data-of=${kind}][data-block~="${CSS.escape(name)}"]`);
}

/** The objectives beside the first one. */
export function headsOf(form) {
  const first = form.elements.namedItem("objective").value;
  return [...form.querySelectorAll("[name=heads]:checked")].map((box) => box.value)
    .filter((name) => name !== first);
}

/**
 * The body of `POST /v1/jobs`: what is left at its default is left out.
 *
 * @throws {SyntaxError} If the other fields are no JSON.
 */
export function requestOf(form) {
  const field = (name) => form.elements.namedItem(name);
  const body = {
    type: "train",
    dataset: field("dataset").value,
    objective: named(form, "objective", field("objective").value),
    encoder: named(form, "encoder", field("encoder").value),
    batchSize: numberOf(field("batchSize")),
    seed: numberOf(field("seed")),
    [field("unit").value]: numberOf(field("length")),
    imageSize: numberOf(field("imageSize")),
  };
  const heads = headsOf(form).map((name) => {
    const { weight, ...options } = changed(blockOf(form, "objective", name));
    const objective = Object.keys(options).length === 0 ? name : { name, ...options };
    return weight === undefined ? { objective } : { objective, weight };
  });
  if (heads.length > 0) body.heads = heads;
  const name = field("name").value.trim();
  if (name !== "") body.name = name;
  if (field("recipe").value !== "") body.recipe = field("recipe").value;
  if (field("autoStop").checked) body.autoStop = {};
  const more = field("more").value.trim();
  const begun = withBeginning(body);
  return more === "" ? begun : { ...begun, ...JSON.parse(more) };
}

/** A name with what of its options is not as it is by default. */
function named(form, kind, name) {
  const { weight: _, ...options } = changed(blockOf(form, kind, name));
  return Object.keys(options).length === 0 ? name : { name, ...options };
}

function changed(block) {
  const options = {};
  for (const input of block.querySelectorAll("[data-option]")) {
    const value = valueOf(input);
    if (value === undefined || JSON.stringify(value) === input.dataset.default) continue;
    const keys = input.dataset.option.split(".");
    const last = keys.pop();
    keys.reduce((at, key) => at[key] ??= {}, options)[last] = value;
  }
  return options;
}

function valueOf(input) {
  if (input.type === "checkbox") return input.checked;
  return input.type === "number" ? numberOf(input) : JSON.parse(input.value);
}

/** Undefined where nothing is said; null, which is refused, where that is no number. */
function numberOf(input) {
  if (input.validity.badInput) return null;
  return input.value === "" ? undefined : Number(input.value);
}

/**
 * Where a fault is shown.
 *
 * @param {string} path As the service names it: `batchSize`, `heads[0].objective.gap`.
 * @returns {{place: Element, exact: boolean}} `exact`: the place is of that field and no other.
 */
export function placeOf(form, path) {
  const [, kind, index, rest] =
    /^(objective|encoder|heads\[(\d+)\](?:\.objective)?)(?:\.(.+))?$/.exec(path) ?? [];
  if (kind !== undefined && rest !== undefined) {
    const name = index === undefined
      ? form.elements.namedItem(kind).value
      : headsOf(form)[Number(index)];
    const block = name === undefined
      ? null
      : blockOf(form, kind === "encoder" ? kind : "objective", name);
    const exact = block?.querySelector(`[data-option-fault="${CSS.escape(rest)}"]`);
    if (exact) return { place: exact, exact: true };
    if (block) return { place: block.querySelector('[data-option-fault=""]'), exact: false };
  }
  const named = (field) => form.querySelector(`[data-fault="${CSS.escape(field)}"]`);
  const same = named(["minutes", "epochs", "steps"].includes(path) ? "length" : path);
  if (same !== null) return { place: same, exact: true };
  const above = named(/^\w*/.exec(path)[0]);
  if (above !== null) return { place: above, exact: false };
  return { place: form.querySelector("[data-fault=more]"), exact: false };
}
