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
 * A refusal to be thrown. Where the key that this browser gave holds no longer, the page is left for
 * the one where a key is given, which leads back.
 *
 * @param {object} problem What was answered. @param {number} status
 */
export function refused(problem, status) {
  if (status === 401) location.assign(loginAddress());
  return new Refused(problem, status);
}

/** @returns Of the page where a key is given, which leads back to this one. */
export function loginAddress() {
  return `/login?to=${encodeURIComponent(location.pathname + location.search)}`;
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
  if (!response.ok) throw refused(body ?? {}, response.status);
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
