/** Denoising: choose the noise, and see it taken off. @module */
import {
  asking,
  button,
  captioned,
  decibels,
  element,
  pictureOf,
  predict,
  row,
  squareOf,
} from "./try_out_parts.js";

/** The kinds that the service knows. */
const KINDS = ["gaussian", "masking", "salt-and-pepper"];

/** Begins with the noise that the model was trained with. */
export async function tryDenoise([picture], { model, size, head, show, tell }) {
  const kind = element("select");
  kind.append(...KINDS.map((name) => new Option(name, name)));
  kind.value = head.noise.kind;
  const level = element("input");
  Object.assign(level, { type: "range", min: 0.01, max: 0.95, step: 0.01 });
  level.value = head.noise.level;
  // The label's own words would be those of the figure within it.
  level.setAttribute("aria-label", "Level of the noise");
  const figure = element("output", level.value);
  let seed = 1;
  const shots = row("shots three pixels");
  const seen = await squareOf(picture, size, "The picture as the model sees it");
  const question = asking(
    () =>
      predict("denoise", [picture], model, {
        addNoise: seed,
        noiseKind: kind.value,
        noiseLevel: level.value,
      }),
    async ({ image, added }) => {
      const [noisy, restored] = await Promise.all([
        pictureOf(added.noisy, "The picture with noise"),
        pictureOf(image, "The picture with its noise taken off"),
      ]);
      const [before, after] = [added.psnr.noisy, added.psnr.denoised].map(decibels);
      shots.replaceChildren(
        captioned(seen, "What it sees"),
        captioned(noisy, `Noisy: PSNR ${before}`),
        captioned(restored, `Restored: PSNR ${after}`),
      );
      tell(`Signal-to-noise ratio ${before} with noise, ${after} once it is taken off.`);
    },
  );
  kind.addEventListener("change", question.now);
  level.addEventListener("input", () => {
    figure.textContent = level.value;
    question.soon();
  });
  const kinds = element("label", "Noise ");
  kinds.append(kind);
  const levels = element("label", "Level ");
  levels.append(figure, level);
  const again = button("Other noise", () => {
    seed++;
    return question.now();
  });
  show(row("knobs", kinds, levels, again), shots);
  await question.now();
}
