/** Relative position: where the head puts the patches around the centre. @module */
import { droppedPicture, element, predict, verdict } from "./try_out_parts.js";

/** All eight at once. */
export async function tryRelativePosition([picture], { model, show, tell }) {
  const answer = await predict("relative-position", [picture], model);
  const table = element("table");
  table.className = "grid";
  const cells = answer.data.map(({ actual, place }) => {
    const cell = element("td");
    cell.append(verdict(actual === place, place), ` (${actual})`);
    return cell;
  });
  cells.splice(4, 0, element("td", "centre"));
  for (const start of [0, 3, 6]) {
    const tr = element("tr");
    tr.append(...cells.slice(start, start + 3));
    table.append(tr);
  }
  const right = answer.data.filter(({ actual, place }) => actual === place).length;
  const text = `${right} of 8 patches are put where they were cut from (in brackets):`;
  show(
    await droppedPicture(picture, "The picture that was asked about"),
    element("p", text),
    table,
  );
  tell(`${right} of 8 patches are put where they were cut from.`);
}
