/** Jigsaw: the tiles of a picture shuffled, and put back by the head. @module */
import {
  asking,
  button,
  canvasOf,
  captioned,
  percent,
  pictureOf,
  predict,
  row,
} from "./try_out_parts.js";

/** The service draws how the tiles are shuffled, anew with every click. */
export async function tryJigsaw([picture], { model, show, tell }) {
  const again = button("Shuffle again", () => question.now());
  const question = asking(
    () => predict("jigsaw", [picture], model, { shuffle: "true" }),
    async (answer) => {
      const restored = await pictureOf(answer.restored, "The picture with its tiles put back");
      const line = percent(answer.probability);
      show(
        row(
          "shots",
          captioned(shuffledFrom(restored, answer.permutation), "As it was given, shuffled"),
          captioned(restored, `As it was put back, ${line} sure`),
        ),
        again,
      );
      tell(`The tiles were put back, ${line} sure.`);
    },
  );
  await question.now();
}

/** What was asked about: cell i held the tile that was put to cell permutation[i]. */
function shuffledFrom(restored, permutation) {
  const grid = Math.sqrt(permutation.length);
  const { naturalWidth: side } = restored;
  const canvas = canvasOf(side, "The picture with its tiles shuffled");
  const pen = canvas.getContext("2d");
  const tile = side / grid;
  for (const [i, from] of permutation.entries()) {
    const place = (cell) => [(cell % grid) * tile, Math.floor(cell / grid) * tile];
    pen.drawImage(restored, ...place(from), tile, tile, ...place(i), tile, tile);
  }
  return canvas;
}
