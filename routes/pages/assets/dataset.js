/** A data set's page: deleting it, and clips that play while they are pointed at. @module */
import { attempt, call } from "./api.js";

/** Frames of a clip that are shown, evenly thinned, and how long each. */
const MOST_FRAMES = 40;
const FRAME_MS = 120;

for (const link of document.querySelectorAll("[data-clip]")) playWhilePointedAt(link);

function playWhilePointedAt(link) {
  const image = link.querySelector("img");
  const still = image.src;
  const frames = Number(link.dataset.frames);
  const shown = Math.min(frames, MOST_FRAMES);
  let files;
  let timer;
  let turn = 0;
  const stop = () => {
    turn++;
    clearInterval(timer);
    image.src = still;
  };
  const play = async () => {
    stop();
    const mine = turn;
    files ??= Array.from({ length: shown }, (_, i) => {
      const file = new Image();
      file.src = `${link.dataset.clip}/${Math.round(i * (frames - 1) / (shown - 1))}`;
      return file;
    });
    const ready = await Promise.all(files.map((file) => file.decode())).then(
      () => true,
      () => false,
    );
    // Where a frame cannot be read, the first stays.
    if (!ready || mine !== turn) return;
    let at = 0;
    timer = setInterval(() => image.src = files[++at % shown].src, FRAME_MS);
  };
  for (const event of ["pointerenter", "focus"]) link.addEventListener(event, play);
  for (const event of ["pointerleave", "blur"]) link.addEventListener(event, stop);
}

for (const button of document.querySelectorAll("[data-delete]")) {
  button.addEventListener("click", async () => {
    const { delete: id, name } = button.dataset;
    if (!confirm(`Delete the data set ${name} and its pictures?`)) return;
    await attempt(async () => {
      await call(`/v1/datasets/${id}`, { method: "DELETE" });
      location.href = "/datasets";
    });
  });
}
