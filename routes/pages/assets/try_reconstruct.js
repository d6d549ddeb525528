/** Reconstruction: what a decoder makes of a picture's features. @module */
import { captioned, decibels, pictureOf, predict, row, squareOf } from "./try_out_parts.js";

/** What the model sees beside what is left of it. */
export async function tryReconstruct([picture], { model, size, show, tell }) {
  const [seen, { data: [answer] }] = await Promise.all([
    squareOf(picture, size, "The picture as the model sees it"),
    predict("reconstruct", [picture], model),
  ]);
  const restored = await pictureOf(answer.image, "The picture from its features");
  const figure = decibels(answer.psnr);
  show(row(
    "shots pixels",
    captioned(seen, "What it sees"),
    captioned(restored, `From its features: PSNR ${figure}`),
  ));
  tell(`It is given back with a signal-to-noise ratio of ${figure}.`);
}
