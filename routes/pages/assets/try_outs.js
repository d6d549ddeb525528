/**
 * Trying the heads of a model on pictures: one try-out a pretext, by the name of its route.
 *
 * @module
 */
import { onPicture } from "./picture_input.js";
import { tryDenoise } from "./try_denoise.js";
import { tryFrameOrder } from "./try_frame_order.js";
import { tryInpaint } from "./try_inpaint.js";
import { tryJigsaw } from "./try_jigsaw.js";
import { tryReconstruct } from "./try_reconstruct.js";
import { tryRelativePosition } from "./try_relative_position.js";
import { tryRotation } from "./try_rotation.js";

/**
 * What is asked of each head, and how the answer is shown: `(pictures, {model, size, head, show,
 * tell})`, where `size` is the side of what the model sees, `head` the options it was trained with,
 * `show` puts elements into the card and `tell` says a line to those who hear the page.
 */
const TRY_OUTS = {
  "rotation": tryRotation,
  "jigsaw": tryJigsaw,
  "relative-position": tryRelativePosition,
  "frame-order": tryFrameOrder,
  "reconstruct": tryReconstruct,
  "denoise": tryDenoise,
  "inpaint": tryInpaint,
};

for (const box of document.querySelectorAll("[data-try]")) {
  const { try: pretext, model, size, head } = box.dataset;
  const answer = box.querySelector("[data-answer]");
  const told = box.querySelector("[data-told]");
  onPicture(box, async (_, pictures) => {
    answer.replaceChildren();
    await TRY_OUTS[pretext](pictures, {
      model,
      size: Number(size),
      head: JSON.parse(head),
      show: (...parts) => answer.replaceChildren(...parts),
      tell: (text) => told.textContent = text,
    });
  });
}
