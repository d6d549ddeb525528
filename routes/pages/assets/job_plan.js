/** The plan of a job in words. @module */

/** Shows what `POST /v1/jobs/plan` answered. @param {HTMLElement} box Whose content it becomes. */
export function showPlan(box, answer) {
  box.replaceChildren(factsOf(describe(answer)), ...answer.warnings.map(warningOf));
}

/** A list of terms with what they are. @param {[string, string][]} facts */
export function factsOf(facts) {
  const list = document.createElement("dl");
  list.className = "facts";
  const line = (term, text) => {
    const [dt, dd] = [document.createElement("dt"), document.createElement("dd")];
    dt.textContent = term;
    dd.textContent = text;
    list.append(dt, dd);
  };
  for (const [term, text] of facts) line(term, text);
  return list;
}

/** What will work, but perhaps not as meant. */
export function warningOf(text) {
  const p = document.createElement("p");
  p.className = "warn";
  p.textContent = text;
  return p;
}

/** The plan's figures in words. */
function describe(plan) {
  const unknown = "not known";
  const { replicas, chunkSize, secondsPerStep, heapLimitBytes } = plan;
  const epochs = plan.epochs === null ? "" : `, ${plan.epochs} epochs`;
  return [
    ["length", plan.steps === null ? unknown : `${plan.steps} steps${epochs}`],
    ["time a step", secondsPerStep === null ? unknown : duration(secondsPerStep)],
    ["time in all", plan.trainingSeconds === null ? unknown : duration(plan.trainingSeconds)],
    [
      "batch",
      `${plan.batchSize} images${chunkSize === null ? "" : `, ${chunkSize} at a time`}` +
      (replicas === 1 ? "" : `, on ${replicas} replicas`),
    ],
    ["memory", megabytes(plan.totalBytes)],
    [
      replicas === 1 ? "its heap" : "heap of a replica",
      megabytes(plan.heapBytes) +
      (heapLimitBytes === null ? "" : ` of at most ${megabytes(heapLimitBytes)}`),
    ],
    ["decoded images", megabytes(plan.pixelBytes)],
  ];
}

/** A size in words. */
export function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}

/** A time in words. */
export function duration(seconds) {
  if (seconds < 1) return `${Number((1000 * seconds).toPrecision(2))} ms`;
  if (seconds < 120) return `${Number(seconds.toPrecision(3))} s`;
  return seconds < 7200
    ? `${(seconds / 60).toFixed(0)} minutes`
    : `${(seconds / 3600).toFixed(1)} hours`;
}
