/** What the service is doing now, from its own metrics, asked for every two seconds. @module */
import { call } from "./api.js";
import { Chart, short } from "./charts.js";
import { buckets, parseMetrics, quantile, total } from "./prometheus.js";

const EVERY_MS = 2000;
/** Routes that ask embedders for something. */
const INFERENCE = /^\/v1\/(embeddings|similarity|cosine-similarity|predict|losses)\b/;

const find = (name) => document.querySelector(`[data-${name}]`);
const inference = ({ route = "" }) => INFERENCE.test(route);
const seconds = (value) => value < 1 ? `${short(1000 * value)} ms` : `${short(value)} s`;

const rates = new Chart(find("rates"), "Requests and pictures a second", { along: "second" });
const queue = new Chart(find("queue"), "Queue, pictures", { along: "second" });
const begun = performance.now();
let last;

async function look() {
  const response = await fetch("/metrics");
  if (!response.ok) throw new Error(`the metrics cannot be had: ${response.status}`);
  const samples = parseMetrics(await response.text());
  const info = await call("/info");
  showState(info, samples);
  const now = {
    at: (performance.now() - begun) / 1000,
    requests: total(samples, "alike_http_requests_total", inference),
    images: total(samples, "alike_embedder_images_total"),
  };
  if (last !== undefined) {
    const passed = now.at - last.at;
    rates.add(now.at, {
      requests: (now.requests - last.requests) / passed,
      pictures: (now.images - last.images) / passed,
    });
    queue.add(now.at, { waiting: info.embedder.waiting });
  }
  last = now;
  const latency = buckets(samples, "alike_http_request_duration_seconds", inference);
  showHistogram(find("latency"), latency, seconds);
  find("quantiles").textContent = quantileText(latency);
  showHistogram(find("sizes"), buckets(samples, "alike_embedder_batch_size_images"), short);
  for (const stage of ["queue", "worker", "decode", "forward"]) {
    const passes = (labels) => labels.stage === stage;
    const histogram = buckets(samples, "alike_embedder_stage_duration_seconds", passes);
    showHistogram(find(`stage-${stage}`), histogram, seconds);
  }
}

function quantileText(histogram) {
  const [half, most] = [0.5, 0.95].map((share) => quantile(histogram, share));
  return half === null
    ? "Nothing has been asked yet."
    : `Half within ${upTo(half)}, 95 % within ${upTo(most)}.`;
}

function upTo(value) {
  return value === Infinity ? "longer than the last bucket" : seconds(value);
}

function showState({ embedder, backend, limits, models }, samples) {
  const count = (name) => short(total(samples, `alike_embedder_${name}_total`));
  const facts = {
    "Embedders": `${embedder.workers}, ${embedder.ready ? "ready" : "not ready"}`,
    "Backend": backend === null ? "not known yet" : `${backend.name}: ${backend.reason}`,
    "Queue": `${embedder.waiting} of at most ${limits.queuedImages} pictures`,
    "Speed": embedder.drainPerSecond > 0
      ? `${short(Math.round(embedder.drainPerSecond))} pictures/s while there is work`
      : "not measured yet",
    "Requests": `${count("requests")}, ${count("refused")} refused, ${count("dropped")} dropped`,
    "Pictures": `${count("images")} in ${count("batches")} batches`,
    "Memory": `${short(total(samples, "process_resident_memory_bytes") / 1e6)} MB`,
    "Models": String(models),
  };
  find("facts").replaceChildren(
    ...Object.entries(facts).flatMap(([term, text]) => {
      const [dt, dd] = [document.createElement("dt"), document.createElement("dd")];
      dt.textContent = term;
      dd.textContent = text;
      return [dt, dd];
    }),
  );
}

/** Rows of a table: the bucket's range, a bar, its count. */
function showHistogram(table, histogram, words) {
  const most = Math.max(1, ...histogram.map(({ count }) => count));
  table.replaceChildren(...histogram.map(({ from, to, count }) => {
    const row = document.createElement("tr");
    const [range, bar, figure] = ["th", "td", "td"].map((name) => document.createElement(name));
    range.scope = "row";
    range.textContent = to === Infinity ? `over ${words(from)}` : `up to ${words(to)}`;
    const meter = document.createElement("meter");
    meter.value = count / most;
    // The figure stands beside it.
    meter.setAttribute("aria-hidden", "true");
    bar.append(meter);
    bar.className = "wide";
    figure.className = "number";
    figure.textContent = short(count);
    row.append(range, bar, figure);
    return row;
  }));
}

async function lookAgain() {
  try {
    // Nobody looks at a page in the background.
    if (!document.hidden) await look();
    find("lost").textContent = "";
  } catch (error) {
    find("lost").textContent = `The service does not answer: ${error.message}`;
  }
  setTimeout(lookAgain, EVERY_MS);
}
void lookAgain();
