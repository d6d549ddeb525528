/** Inpainting: draw a hole into a picture, and see it filled. @module */
import { HoleCanvas } from "./hole_canvas.js";
import {
  asking,
  button,
  captioned,
  decibels,
  element,
  percent,
  pictureOf,
  pngOf,
  predict,
  row,
  squareOf,
} from "./try_out_parts.js";

/** Begins with a hole in the middle. */
export async function tryInpaint([picture], { model, size, show, tell }) {
  const seen = await squareOf(picture, size, "The picture as the model sees it");
  const filled = row("shots pixels");
  const note = element("p");
  const question = asking(
    async () => {
      const [input, mask] = await Promise.all([pngOf(seen), pngOf(hole.mask())]);
      return await predict("inpaint", [input], model, { mask });
    },
    async ({ image, hole: share, psnr }) => {
      const result = await pictureOf(image, "The picture with its hole filled");
      const [own, mean] = [psnr.filled, psnr.mean].map(decibels);
      filled.replaceChildren(
        captioned(seen, "As it was"),
        captioned(result, `Filled: PSNR ${own}`),
      );
      note.textContent = `The hole takes ${percent(share)}; the mean colour around it would have ` +
        `${mean}.`;
      tell(`The hole is filled with a signal-to-noise ratio of ${own}. ${note.textContent}`);
    },
  );
  const hole = new HoleCanvas(seen, { onChange: () => question.soon(), tell });
  const brush = element("input");
  Object.assign(brush, { type: "range", min: 1, max: Math.floor(size / 2), step: 1 });
  brush.value = hole.brush;
  brush.addEventListener("input", () => hole.brush = Number(brush.value));
  const brushes = element("label", "Brush ");
  brushes.append(brush);
  show(
    captioned(hole.canvas, "Draw here: with a pointer, or the arrow keys and Space"),
    row(
      "knobs",
      brushes,
      button("Centre", () => hole.centre()),
      button("Clear", () => {
        question.cancel();
        hole.clear();
        filled.replaceChildren();
        note.textContent = "Without a hole there is nothing to fill.";
      }),
    ),
    filled,
    note,
  );
  hole.centre();
}
