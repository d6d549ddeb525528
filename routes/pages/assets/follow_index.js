/** Follows the jobs that embed collections, by their own events. @module */

const OVER = ["succeeded", "failed", "cancelled"];

/**
 * @param {HTMLElement} box Has the job's id in `data-indexing`, a bar, and a place for words.
 * @param {(state: string) => void} whenOver Is told the state that the job ended in.
 */
export function followIndex(box, whenOver) {
  const bar = box.querySelector("progress");
  const said = box.querySelector("[data-said]");
  const events = new EventSource(`/v1/jobs/${box.dataset.indexing}/events`);
  events.addEventListener("progress", ({ data }) => {
    const { fraction, step, totalSteps, secondsLeft } = JSON.parse(data).data;
    bar.value = fraction;
    const left = secondsLeft === null ? "" : `, ${Math.round(secondsLeft)} s left`;
    said.textContent = `${step} of ${totalSteps} are embedded${left}`;
  });
  events.addEventListener("state", ({ data }) => {
    const { state } = JSON.parse(data).data;
    if (state !== "running") said.textContent = state;
    if (!OVER.includes(state)) return;
    // A browser would ask for more again and again.
    events.close();
    whenOver(state);
  });
}
