/** A model's page: its names, its evaluation, its end. @module */
import { attempt, call, toast } from "./api.js";

const { model: id, name } = document.querySelector("[data-model]").dataset;

function point(alias) {
  return attempt(async () => {
    const path = `/v1/aliases/${encodeURIComponent(alias)}`;
    await call(path, { method: "PUT", json: { model: id } });
    location.reload();
  });
}

document.querySelector("[data-promote]")?.addEventListener("click", () => point("default"));

document.querySelector("[data-alias]").addEventListener("submit", (event) => {
  event.preventDefault();
  const alias = event.target.elements.namedItem("alias").value.trim();
  if (alias === "") return toast("An alias needs a name.", "bad");
  void point(alias);
});

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
