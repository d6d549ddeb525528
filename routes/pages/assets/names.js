/** A model's names: aliases are pointed to it, after a canary if one is wanted, and back. @module */
import { attempt, call, Refused } from "./api.js";

/** @param {string} id Of the model. */
export function withNames(id) {
  const form = document.querySelector("[data-alias]");
  const field = (name) => form.elements.namedItem(name);
  const fault = form.querySelector("[data-fault]");
  const least = form.querySelector("[data-least]");

  field("canary").addEventListener("change", () => {
    least.hidden = field("canary").value === "";
  });
  field("least").addEventListener("input", () => {
    least.querySelector("output").textContent = `${Math.round(100 * field("least").value)} %`;
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    const dataset = field("canary").value;
    button.disabled = true;
    fault.textContent = dataset === "" ? "" : "Both models embed the items …";
    try {
      await call(`/v1/aliases/${encodeURIComponent(field("alias").value.trim())}`, {
        json: {
          model: id,
          ...(dataset === ""
            ? {}
            : { canary: { dataset, minOverlap: Number(field("least").value) } }),
        },
      });
      location.reload();
    } catch (error) {
      fault.textContent = describe(error);
    } finally {
      button.disabled = false;
    }
  });

  for (const button of document.querySelectorAll("[data-roll-back]")) {
    const { rollBack: alias } = button.dataset;
    button.addEventListener("click", () => {
      if (!confirm(`Point ${alias} back to the model before?`)) return;
      void attempt(async () => {
        await call(`/v1/aliases/${encodeURIComponent(alias)}/rollback`, { method: "POST" });
        location.reload();
      });
    });
  }
}

/** The message has the figures where a canary refuses; rules say what else is wrong. */
function describe(error) {
  if (!(error instanceof Refused) || error.status !== 422) return error.message;
  return error.errors.map(({ path, rule }) => `${path} ${rule}`).join("; ");
}
