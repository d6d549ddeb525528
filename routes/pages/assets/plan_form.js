/**
 * What the forms of a new job and of a new tournament have alike: the plan is asked for as they are
 * filled in, and each refusal is put beside the field that it is about.
 *
 * @module
 */
import { call, Refused, toast } from "./api.js";

/**
 * Plans what a form says now and whenever it has not changed for a moment, and sends it.
 *
 * @param {HTMLFormElement} form
 * @param {object} parts
 * @param {() => object} parts.request What the form means. Throws a SyntaxError if `more` is no JSON.
 * @param {number} parts.waitMs From the last change to the question, milliseconds.
 * @param {(target: HTMLElement) => void} parts.onInput Told of each change.
 * @param {() => void} [parts.onAsk] Told that an answer is waited for.
 * @param {(plan: object) => void} parts.onPlan
 * @param {(sent: boolean) => void} parts.onNone Told that there is no plan, or that it was refused when
 * it was sent.
 * @param {(errors: { path: string, rule: string }[], sent: boolean) => void} parts.showFaults Shows
 * these and no others.
 */
export function planForm(form, parts) {
  const { request, waitMs, onInput, onAsk = () => {}, onPlan, onNone, showFaults } = parts;
  /** The question that is being answered: its measuring ends when another one is asked. */
  let asking = new AbortController();
  let timer;

  /** Beside the fields, or where it is not about one, by itself. */
  function showRefusal(error, sent) {
    if (error instanceof Refused && error.errors.length > 0) showFaults(error.errors, sent);
    else if (error instanceof SyntaxError) {
      showFaults([{ path: "more", rule: `must be JSON: ${error.message}` }], sent);
    } else toast(error.message, "bad");
  }

  async function plan() {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    try {
      const json = request();
      form.querySelector("[data-request]").textContent = JSON.stringify(json, null, 2);
      onAsk();
      const answer = await call("/v1/jobs/plan", { json, signal });
      showFaults([], false);
      onPlan(answer);
    } catch (error) {
      if (signal.aborted) return;
      onNone(false);
      showRefusal(error, false);
    }
  }

  form.addEventListener("input", ({ target }) => {
    onInput(target);
    clearTimeout(timer);
    timer = setTimeout(plan, waitMs);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearTimeout(timer);
    // A plan that is still being worked out would clear away what is found now.
    asking.abort();
    try {
      const job = await call("/v1/jobs", { json: request() });
      location.href = `/jobs/${job.id}`;
    } catch (error) {
      onNone(true);
      showRefusal(error, true);
    }
  });
  plan();
}
