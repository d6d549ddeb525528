/**
 * Three frames of a clip that never was: a still picture seen by a camera that pans, zooms and turns,
 * as clips are made of still images in training (`src/data/synthetic_clip.ts`).
 *
 * @module
 */
import { canvasOf } from "./try_out_parts.js";

/** Side of the largest view, of those that fit however the view is turned. */
const LARGEST_VIEW = 0.95;
/** The least of each motion, as a share of the most. */
const LEAST_MOTION = 0.5;

/** A number of 0..1. */
function uniform() {
  return crypto.getRandomValues(new Uint32Array(1))[0] / 2 ** 32;
}

/** Side of the upright square around a turned one of side 1. */
function spread(angle) {
  return Math.abs(Math.cos(angle)) + Math.abs(Math.sin(angle));
}

/**
 * Draws a path and takes three frames along it, in their order.
 *
 * @param {HTMLCanvasElement} picture A square. @param {number} side Of a frame.
 * @param {{pan: number, zoom: number, turn: number}} motion As the head was trained with.
 */
export function cameraFrames(picture, side, { pan, zoom, turn }) {
  /** Two ends about a middle that leaves room for them; either may come first. */
  const ends = (room, most) => {
    const half = (LEAST_MOTION + (1 - LEAST_MOTION) * uniform()) * most / 2;
    const middle = (2 * uniform() - 1) * Math.max(0, room - half);
    const sign = uniform() < 0.5 ? 1 : -1;
    return [middle - sign * half, middle + sign * half];
  };
  const widest = turn * Math.PI / 360;
  const zoomRoom = Math.log(zoom);
  const largest = Math.log(LARGEST_VIEW / spread(widest)) - zoomRoom / 2;
  const paths = {
    x: ends(1, 2 * pan),
    y: ends(1, 2 * pan),
    logSide: ends(zoomRoom / 2, zoomRoom).map((value) => largest + value),
    angle: ends(widest, 2 * widest),
  };
  return [0, 0.5, 1].map((time) => {
    const at = (name) => paths[name][0] + time * (paths[name][1] - paths[name][0]);
    return frame(picture, side, {
      x: at("x"),
      y: at("y"),
      view: Math.exp(at("logSide")),
      angle: at("angle"),
    });
  });
}

/** What the camera sees: a square `view` of the picture's side, turned, -1..1 within its room. */
function frame(picture, side, { x, y, view, angle }) {
  const canvas = canvasOf(side, "");
  const pen = canvas.getContext("2d");
  const { width } = picture;
  const room = (1 - view * spread(angle)) / 2;
  pen.imageSmoothingQuality = "high";
  pen.translate(side / 2, side / 2);
  pen.scale(side / (view * width), side / (view * width));
  pen.rotate(-angle);
  pen.translate(-(0.5 + x * room) * width, -(0.5 + y * room) * width);
  pen.drawImage(picture, 0, 0);
  return canvas;
}
