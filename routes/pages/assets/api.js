/**
 * Calls of the service's own API, and what to tell people when one fails.
 *
 * @module
 */

/** What the service answered instead of what was asked for: a problem document (RFC 9457). */
export class Refused extends Error {
  constructor(problem, status) {
    super(problem.detail ?? problem.title ?? `the service answered ${status}`);
    this.name = "Refused";
    this.status = status;
    this.errors = problem.errors ?? [];
  }
}

/**
 * @param {string} path From the root of the service.
 * @param {RequestInit & {json?: unknown}} options `json` is sent as the body.
 * @returns What was answered: parsed JSON, or null.
 * @throws {Refused}
 */
export async function call(path, { json, ...options } = {}) {
  const init = json === undefined ? options : {
    method: "POST",
    ...options,
    headers: { "content-type": "application/json", ...options.headers },
    body: JSON.stringify(json),
  };
  const response = await fetch(path, init);
  const type = response.headers.get("content-type") ?? "";
  const body = type.includes("json") ? await response.json() : null;
  if (!response.ok) throw new Refused(body ?? {}, response.status);
  return body;
}

/** Shows a line at the corner of the page for a while. */
export function toast(text, kind = "") {
  const box = document.createElement("div");
  box.className = `toast ${kind}`;
  box.textContent = text;
  document.getElementById("toasts").append(box);
  setTimeout(() => box.remove(), kind === "bad" ? 12_000 : 5000);
}

/** Runs something and shows its failure. */
export async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    toast(error instanceof Error ? error.message : String(error), "bad");
    return undefined;
  }
}
