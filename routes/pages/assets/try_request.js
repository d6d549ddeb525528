/** Sends what the form of a route says, and shows what comes back. @module */
import { loginAddress } from "./api.js";
import { curlLine } from "./curl_line.js";
import { readRequest } from "./read_request.js";

/** Characters of an answer that are shown; a page with millions cannot be scrolled. */
const MOST_CHARACTERS = 200_000;

const form = document.querySelector("[data-try]");
const status = form.querySelector("[data-status]");
const answer = form.querySelector("[data-answer]");
const room = form.querySelector("[data-body]");
const stop = form.querySelector("[data-stop]");
const bodyType = form.querySelector("[data-body-type]");
let running = new AbortController();
let shownUrl = "";

form.addEventListener("input", showRequest);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
stop.addEventListener("click", () => running.abort());
showRequest();

function showRequest() {
  for (const fields of form.querySelectorAll("[data-sent-as]")) {
    fields.hidden = !fields.dataset.sentAs.split(" ").includes(bodyType.value);
  }
  const isKeyed = form.dataset.keyed === "true";
  form.querySelector("[data-curl]").textContent = curlLine(readRequest(form), isKeyed);
}

async function send() {
  running.abort();
  const mine = running = new AbortController();
  const { url, method, headers, body } = readRequest(form);
  URL.revokeObjectURL(shownUrl);
  answer.hidden = true;
  stop.hidden = false;
  status.textContent = "Sent; waiting for the answer.";
  const start = performance.now();
  try {
    const response = await fetch(url, {
      method,
      headers,
      body: Array.isArray(body) ? asForm(body) : body,
      signal: mine.signal,
    });
    const ms = Math.round(performance.now() - start);
    status.textContent = `${response.status} ${response.statusText}, after ${ms} ms`;
    if (response.status === 401) status.append(". ", signInLink());
    form.querySelector("[data-headers]").textContent = [...response.headers]
      .map(([name, value]) => `${name}: ${value}`).join("\n");
    answer.hidden = false;
    await showBody(response);
  } catch (error) {
    // Another request has begun, which says how it stands.
    if (mine !== running) return;
    if (mine.signal.aborted) status.append(" Stopped.");
    else status.textContent = `No answer: ${error.message}`;
  } finally {
    if (mine === running) stop.hidden = true;
  }
}

function asForm(parts) {
  const data = new FormData();
  for (const [name, value] of parts) data.append(name, value);
  return data;
}

function signInLink() {
  const link = document.createElement("a");
  link.href = loginAddress();
  link.textContent = "Sign in with a key";
  return link;
}

async function showBody(response) {
  const type = response.headers.get("content-type") ?? "";
  if (type.startsWith("text/") || type.includes("json")) return await showText(response, type);
  const blob = await response.blob();
  if (blob.size === 0) {
    room.textContent = "Empty.";
    return;
  }
  shownUrl = URL.createObjectURL(blob);
  const isImage = type.startsWith("image/");
  const shown = document.createElement(isImage ? "img" : "a");
  if (isImage) {
    shown.alt = "The picture that was answered";
    shown.src = shownUrl;
  } else {
    const disposition = response.headers.get("content-disposition") ?? "";
    shown.download = /filename="([^"]+)"/.exec(disposition)?.[1] ?? "answer";
    shown.href = shownUrl;
    shown.textContent = `Save ${shown.download}, ${blob.size} bytes`;
  }
  room.replaceChildren(shown);
}

/** Shows it as it comes, as events do one by one. */
async function showText(response, type) {
  const box = document.createElement("pre");
  box.tabIndex = 0;
  box.role = "region";
  box.ariaLabel = "Body of the answer";
  room.replaceChildren(box);
  let text = "";
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  // Not every browser has a loop over a stream.
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const part = read.value;
    if (text.length <= MOST_CHARACTERS) box.textContent = cut(text + part);
    text += part;
  }
  if (type.includes("json")) box.textContent = cut(JSON.stringify(JSON.parse(text), null, 2));
}

function cut(text) {
  if (text.length <= MOST_CHARACTERS) return text;
  return `${text.slice(0, MOST_CHARACTERS)}\n… cut here`;
}
