/** Follows the jobs that embed collections. @module */
import { followJob } from "./job_events.js";

const OVER = ["succeeded", "failed", "cancelled"];

/**
 * @param {HTMLElement} box Has the job's id in `data-indexing`, a bar, and a place for words.
 * @param {(state: string) => void} whenOver Is told the state that the job ended in.
 */
export function followIndex(box, whenOver) {
  const bar = box.querySelector("progress");
  const said = box.querySelector("[data-said]");
  followJob(box.dataset.indexing, {
    progress({ fraction, step, totalSteps, secondsLeft }) {
      bar.value = fraction;
      const left = secondsLeft === null ? "" : `, ${Math.round(secondsLeft)} s left`;
      said.textContent = `${step} of ${totalSteps} are embedded${left}`;
    },
    state({ state }) {
      if (state !== "running") said.textContent = state;
      if (OVER.includes(state)) whenOver(state);
    },
  }, (why) => {
    if (why !== "") said.textContent = why;
  });
}
