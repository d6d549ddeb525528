/** A data set's page: deleting it. @module */
import { attempt, call } from "./api.js";

for (const button of document.querySelectorAll("[data-delete]")) {
  button.addEventListener("click", async () => {
    const { delete: id, name } = button.dataset;
    if (!confirm(`Delete the data set ${name} and its pictures?`)) return;
    await attempt(async () => {
      await call(`/v1/datasets/${id}`, { method: "DELETE" });
      location.href = "/datasets";
    });
  });
}
