/** The plan of a tournament: what it takes in all, and a row an entry. @module */
import { duration, factsOf, megabytes, warningOf } from "./job_plan.js";

const UNKNOWN = "not known";

/** Shows what `POST /v1/jobs/plan` answered. @param {HTMLElement} box Whose content it becomes. */
export function showTournamentPlan(box, plan) {
  box.replaceChildren(
    factsOf(describe(plan)),
    entriesTable(plan.entries),
    ...plan.leftOut.map(({ label, reason }) => warningOf(`Without ${label}: ${reason}`)),
    ...plan.warnings.map(warningOf),
  );
}

function describe({ seconds, trainingSeconds, judgingSeconds, totalBytes, ...heap }) {
  const { heapBytes, heapLimitBytes } = heap;
  const limit = heapLimitBytes === null ? "" : ` of at most ${megabytes(heapLimitBytes)}`;
  return [
    ["time in all", seconds === null ? UNKNOWN : `about ${duration(seconds)}, beside loading`],
    ["to train", trainingSeconds === null ? UNKNOWN : duration(trainingSeconds)],
    ["to judge", judgingSeconds === null ? UNKNOWN : `about ${duration(judgingSeconds)}`],
    ["memory", `${megabytes(totalBytes)}, of the entry that needs most`],
    ["its largest heap", megabytes(heapBytes) + limit],
  ];
}

function entriesTable(entries) {
  const scroll = document.createElement("div");
  scroll.className = "scroll plan-entries";
  scroll.tabIndex = 0;
  scroll.role = "region";
  scroll.ariaLabel = "Plan of each entry";
  const table = document.createElement("table");
  table.append(
    rowOf(["Entry", "Steps", "Epochs", "Time a step", "Memory"], "col"),
    ...entries.map(({ label, plan: { steps, epochs, secondsPerStep, totalBytes } }) =>
      rowOf([
        label,
        steps === null ? UNKNOWN : steps.toLocaleString("en"),
        epochs === null ? UNKNOWN : String(epochs),
        secondsPerStep === null ? UNKNOWN : duration(secondsPerStep),
        megabytes(totalBytes),
      ])
    ),
  );
  scroll.append(table);
  return scroll;
}

/** @param {string} [scope] `col` where all are headings; else the first one is. */
function rowOf(texts, scope) {
  const row = document.createElement("tr");
  row.append(...texts.map((text, i) => {
    const cell = document.createElement(scope === "col" || i === 0 ? "th" : "td");
    if (cell.tagName === "TH") cell.scope = scope ?? "row";
    else cell.className = "number";
    cell.textContent = text;
    return cell;
  }));
  return row;
}
