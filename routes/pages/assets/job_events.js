/**
 * A job's events, as they happen. They replay what has been, so a connection that was lost costs
 * nothing: it is made anew from the last event that came.
 *
 * @module
 */
import { call, Refused } from "./api.js";

const OVER = ["succeeded", "failed", "cancelled"];
/** Between two attempts, milliseconds. */
const AGAIN_MS = 2000;

/**
 * Follows a job to its end.
 *
 * @param {string} id
 * @param {Record<string, (data: any, time: string) => void>} handlers By the type of the event.
 * @param {(text: string) => void} onLost Is told why nothing comes, and "" once it comes again.
 */
export function followJob(id, handlers, onLost) {
  let last = 0;
  let state;
  let events;

  function connect() {
    events?.close();
    events = new EventSource(`/v1/jobs/${id}/events?after=${last}`);
    events.addEventListener("open", () => onLost(""));
    events.addEventListener("error", () => void lost());
    for (const [type, handle] of Object.entries(handlers)) {
      events.addEventListener(type, (event) => {
        const { id: number, data, time } = JSON.parse(event.data);
        last = number;
        if (type === "state") state = data.state;
        handle(data, time);
      });
    }
  }

  async function lost() {
    events.close();
    // The stream ends after a job's last event. It is not the first state of that kind that tells: a
    // job that was extended has several.
    if (OVER.includes(state)) return;
    try {
      // A stream does not say why it was refused.
      await call(`/v1/jobs/${id}`);
    } catch (error) {
      if (error instanceof Refused && error.status < 500 && error.status !== 429) {
        return onLost(error.message);
      }
      onLost("The service does not answer. This page goes on by itself once it does.");
    }
    setTimeout(connect, AGAIN_MS);
  }

  connect();
}
