/**
 * Frame order: frames that are dropped, an animation, or three that a camera takes of one picture;
 * shuffled as often as one likes.
 *
 * @module
 */
import { Refused } from "./api.js";
import { cameraFrames } from "./camera_frames.js";
import {
  asking,
  bars,
  button,
  captioned,
  droppedPicture,
  element,
  percent,
  pngOf,
  predict,
  row,
  squareOf,
  verdict,
} from "./try_out_parts.js";

/** What may hold several frames. */
const ANIMATED = ["image/gif", "image/webp"];
/** Side of a frame that is made, pixels. */
const FRAME = 128;

/** Frames are in the order of their names. */
export async function tryFrameOrder(pictures, { model, size, head, show, tell }) {
  const side = Math.max(FRAME, size);
  if (pictures.length > 1) {
    const byName = pictures.toSorted((a, b) =>
      a.name.localeCompare(b.name, undefined, { numeric: true })
    );
    const frames = await Promise.all(byName.map((file) => squareOf(file, side, "")));
    return await tryFrames(frames, { model, show, tell });
  }
  const [picture] = pictures;
  if (ANIMATED.includes(picture.type) && await tryAnimation(picture, { model, show, tell })) return;
  const still = await squareOf(picture, 2 * side, "");
  const make = () => tryFrames(cameraFrames(still, side, head), { model, show, tell, again: make });
  await make();
}

/** @returns Whether it has frames enough: those of a file are all that the service looks at. */
async function tryAnimation(picture, { model, show, tell }) {
  let answer;
  try {
    answer = await predict("frame-order", [picture], model);
  } catch (error) {
    if (error instanceof Refused && error.errors.some(({ path }) => path === "input")) return false;
    throw error;
  }
  const text = `In order, forwards or backwards: ${percent(answer.probability)} sure, by ` +
    `${answer.frames} frames.`;
  show(await droppedPicture(picture, "The animation"), element("p", text));
  tell(text);
  return true;
}

/**
 * @param {HTMLCanvasElement[]} frames In their order.
 * @param {{again?: () => void}} options `again` makes other frames, where they are made.
 */
async function tryFrames(frames, { model, show, tell, again }) {
  const files = await Promise.all(frames.map(pngOf));
  let order = frames.map((_, i) => i);
  const given = row("shots frames");
  const said = element("div");
  const showFrames = () =>
    given.replaceChildren(...order.map((i, place) => {
      frames[i].setAttribute("aria-label", `Frame ${i + 1}, given as number ${place + 1}`);
      return captioned(frames[i], `frame ${i + 1}`);
    }));
  const question = asking(
    () => predict("frame-order", order.map((i) => files[i]), model),
    ({ probability, orders }) => {
      const inOrder = isInOrder(order);
      const guess = probability >= 0.5;
      const line = verdict(
        guess === inOrder,
        `It says they are ${guess ? "in" : "out of"} order; they are ${
          inOrder ? "in" : "out of"
        } ` +
          "order.",
      );
      said.replaceChildren(line, bars({ "in order": probability }, (name) => name));
      tell(line.textContent);
      if (orders === null) return;
      // Numbers of an answer are places of what was sent.
      const candidates = orders.map((one) => ({
        frames: one.order.map((place) => order[place]),
        probability: one.probability,
      }));
      said.append(
        element("p", "Orders, the likeliest first; each stands for its reverse too:"),
        bars(
          Object.fromEntries(candidates.map((one) => [
            `${isInOrder(one.frames) ? "✓" : "✗"} ${one.frames.map((i) => i + 1).join(" ")}`,
            one.probability,
          ])),
          (name) => name,
        ),
      );
    },
  );
  const shuffle = button("Shuffle", () => {
    order = shuffled(order);
    showFrames();
    return question.now();
  });
  const others = again === undefined ? [] : [button("Other frames", again)];
  showFrames();
  show(given, row("knobs", shuffle, ...others), said);
  await question.now();
}

/** Backwards is an order too. */
function isInOrder(order) {
  const steps = order.slice(1).map((frame, i) => Math.sign(frame - order[i]));
  return steps.every((step) => step === steps[0]);
}

/** Another order than that. */
function shuffled(order) {
  const draws = crypto.getRandomValues(new Uint32Array(order.length));
  const mixed = order.toSorted((a, b) => draws[a] - draws[b]);
  return mixed.every((frame, i) => frame === order[i]) ? order.toReversed() : mixed;
}
