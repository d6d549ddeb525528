/** Rotation: turn the picture, and see whether the head says by how much. @module */
import {
  asking,
  bars,
  button,
  canvasOf,
  element,
  pngOf,
  predict,
  verdict,
} from "./try_out_parts.js";

/** The picture as it came, then with every click a quarter further. */
export async function tryRotation([picture], { model, show, tell }) {
  const bitmap = await createImageBitmap(picture);
  const canvas = canvasOf(Math.min(bitmap.width, bitmap.height, 512), "");
  const said = element("div");
  let turned = 0;
  const question = asking(
    async () => {
      draw(canvas, bitmap, turned);
      const { data: [answer] } = await predict("rotation", [await pngOf(canvas)], model);
      return answer;
    },
    ({ degrees, probabilities }) => {
      const line = verdict(degrees === turned, `It says ${degrees}°; it is turned by ${turned}°.`);
      said.replaceChildren(line, bars(probabilities, (name) => `${name}°`));
      tell(line.textContent);
    },
  );
  const turn = button("Turn it by 90°", async () => {
    turned = (turned + 90) % 360;
    turn.disabled = true;
    await question.now();
    turn.disabled = false;
    turn.focus();
  });
  show(canvas, turn, said);
  await question.now();
}

/** The middle of a picture, turned counter-clockwise. */
function draw(canvas, bitmap, degrees) {
  const pen = canvas.getContext("2d");
  const { width: side } = canvas;
  const cut = Math.min(bitmap.width, bitmap.height);
  const [left, top] = [(bitmap.width - cut) / 2, (bitmap.height - cut) / 2];
  pen.setTransform(1, 0, 0, 1, side / 2, side / 2);
  pen.rotate(-degrees * Math.PI / 180);
  pen.drawImage(bitmap, left, top, cut, cut, -side / 2, -side / 2, side, side);
  canvas.setAttribute("aria-label", `The picture, turned by ${degrees} degrees`);
}
