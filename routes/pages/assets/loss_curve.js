/** The loss of every step of a job, or of an entry of it, drawn once someone asks. @module */
import { attempt, call } from "./api.js";
import { Chart } from "./charts.js";

/** Points of a curve that can be told apart. */
const POINTS = 2000;

/** @param {HTMLDetailsElement} box @param {string} job Its id. */
export function drawLossesOnceOpen(box, job) {
  const find = (name) => box.querySelector(`[data-${name}]`);
  box.addEventListener("toggle", () => {
    if (!box.open) return;
    void attempt(async () => {
      const entry = box.dataset.entry === undefined ? "" : `&entry=${box.dataset.entry}`;
      const { losses, total } = await call(`/v1/jobs/${job}/losses?limit=1000000${entry}`);
      const stride = Math.max(1, Math.ceil(losses.length / POINTS));
      find("losses-chart").replaceChildren();
      const chart = new Chart(find("losses-chart"), "Loss");
      for (let i = 0; i < losses.length; i += stride) {
        if (losses[i] !== null) chart.add(i + 1, { loss: losses[i] });
      }
      find("losses-status").textContent = total === 0
        ? "None is on record: they come with checkpoints."
        : `${total} steps are on record${stride > 1 ? `; every ${stride}th is drawn` : ""}.`;
    });
  });
}
