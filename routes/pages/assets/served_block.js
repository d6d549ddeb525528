/** A model's page: makes a model that serves another block. @module */
import { attempt, call } from "./api.js";

document.querySelector("[data-serve-block]").addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  const block = Number(form.elements.namedItem("block").value);
  void attempt(async () => {
    const made = await call("/v1/models", { json: { from: form.dataset.serveBlock, block } });
    location.href = `/models/${made.id}`;
  });
});
