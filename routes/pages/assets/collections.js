/** The collections' page: making one, and how far each is. @module */
import { call, Refused, toast } from "./api.js";
import { followIndex } from "./follow_index.js";

/** Jobs that are followed: a browser opens few connections to one server. */
const FOLLOWED = 3;

for (const box of [...document.querySelectorAll("[data-indexing]")].slice(0, FOLLOWED)) {
  followIndex(box, () => location.reload());
}

const form = document.querySelector("[data-new-collection]");
form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const field = (name) => form.elements.namedItem(name);
  for (const place of form.querySelectorAll("[data-fault]")) place.textContent = "";
  const dataset = field("dataset");
  const name = field("name").value.trim() || dataset.selectedOptions[0].dataset.name;
  try {
    const made = await call("/v1/collections", {
      json: { name, dataset: dataset.value, model: field("model").value },
    });
    location.href = `/collections/${made.name}`;
  } catch (error) {
    const places = error instanceof Refused
      ? error.errors.map(({ path, rule }) => [form.querySelector(`[data-fault="${path}"]`), rule])
      : [];
    if (places.length === 0 || places.some(([place]) => place === null)) {
      return toast(error.message, "bad");
    }
    for (const [place, rule] of places) place.textContent += `It ${rule}. `;
  }
});
