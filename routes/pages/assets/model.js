/** A model's page: its names, its evaluation, its end. @module */
import { attempt, call } from "./api.js";
import { withNames } from "./names.js";

const { model: id, name } = document.querySelector("[data-model]").dataset;

withNames(id);

document.querySelector("[data-promote]")?.addEventListener("click", () =>
  attempt(async () => {
    await call("/v1/aliases/default", { method: "PUT", json: { model: id } });
    location.reload();
  }));

document.querySelector("[data-evaluate]").addEventListener("submit", (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  const dataset = form.get("dataset");
  void attempt(async () => {
    const job = await call("/v1/jobs", {
      json: {
        type: "evaluate",
        model: id,
        protocols: form.getAll("protocols"),
        ...(dataset === "" ? {} : { dataset }),
        ...(form.has("unlabelled") ? { finetune: { unlabelled: {} } } : {}),
      },
    });
    location.href = `/jobs/${job.id}`;
  });
});

document.querySelector("[data-delete]").addEventListener("click", () => {
  if (!confirm(`Delete the model ${name}?`)) return;
  void attempt(async () => {
    await call(`/v1/models/${id}`, { method: "DELETE" });
    location.href = "/models";
  });
});
