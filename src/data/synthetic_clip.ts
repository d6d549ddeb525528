/**
 * Synthesised clips: a still image seen by a camera that pans, zooms and turns smoothly at once.
 *
 * The path is drawn by (seed, epoch, index), and it is as likely as the same path backwards: it
 * zooms in or out, turns left or right, pans either way. No frame is the image itself, and no frame
 * shows anything but image: a border that grows, or a first frame that is sharper than the others,
 * would tell the order by itself. What is left is what the order is to be told by: a frame in between
 * is in between in place, size and angle.
 *
 * @module
 */
import type { RandomStream } from "../random.ts";
import type { ImageBatch } from "./image_batch.ts";

/** How the camera may move. */
export interface CameraOptions {
  /** Share of the room beside the view that a clip pans over, 0..1. */
  pan: number;
  /** The largest view over the smallest, from 1. */
  zoom: number;
  /** Degrees from the first frame to the last, 0..90. */
  turn: number;
}

/** The least of each motion that a clip has, as a share of the most. */
const LEAST_MOTION = 0.5;
/** How far the pace may leave the even one: 1 would stand still at an end. */
const MOST_EASE = 0.7;
/** Side of the largest view, of those that fit however the view is turned. */
const LARGEST_VIEW = 0.95;

/** Where the camera is. */
interface Pose {
  /** Place between the edges of the room that the view leaves, -1..1. */
  x: number;
  y: number;
  /** Natural logarithm of the side, as a share of the image's. */
  logSide: number;
  /** Radians. */
  angle: number;
}

/** A camera's path. */
export interface CameraPath {
  from: Pose;
  to: Pose;
  /** -0.7..0.7: slow at first and fast at the end, or the other way. */
  ease: number;
}

/** Draws a path whose motion is at least half of the most. */
export function drawCameraPath(
  random: RandomStream,
  { pan, zoom, turn }: CameraOptions,
): CameraPath {
  const widest = turn * Math.PI / 180 / 2;
  const largest = Math.log(LARGEST_VIEW / spread(widest));
  /** Two ends, symmetric about a middle that leaves room for them; either may come first. */
  const ends = (room: number, most: number): [number, number] => {
    const half = random.uniform(LEAST_MOTION, 1) * most / 2;
    const middle = random.uniform(-1, 1) * Math.max(0, room - half);
    const sign = random.bernoulli(0.5) ? 1 : -1;
    return [middle - sign * half, middle + sign * half];
  };
  const x = ends(1, 2 * pan);
  const y = ends(1, 2 * pan);
  const zoomRoom = Math.log(zoom);
  const side = ends(zoomRoom / 2, zoomRoom);
  const angle = ends(widest, 2 * widest);
  const pose = (end: 0 | 1): Pose => ({
    x: x[end],
    y: y[end],
    logSide: largest - zoomRoom / 2 + side[end],
    angle: angle[end],
  });
  return { from: pose(0), to: pose(1), ease: random.uniform(-MOST_EASE, MOST_EASE) };
}

/** How far along its path the camera is, 0..1, at `time` 0..1: steadily on, at a changing pace. */
export function progressAt({ ease }: CameraPath, time: number): number {
  return time + ease * time * (1 - time);
}

/**
 * Renders what the camera sees at `time` 0..1, bilinear.
 *
 * @param source Which image of the batch.
 * @param target Gets `height * width * channels` values 0..255.
 */
export function renderFrame(
  batch: ImageBatch,
  source: number,
  path: CameraPath,
  time: number,
  target: Uint8Array,
): void {
  const { height, width, channels } = batch;
  const pixels = batch.pixels.subarray(source * height * width * channels);
  const t = progressAt(path, time);
  const between = (field: keyof Pose) => path.from[field] + t * (path.to[field] - path.from[field]);
  const angle = between("angle");
  const side = Math.exp(between("logSide"));
  // The turned view touches the image's edges at x, y = ±1.
  const room = (1 - side * spread(angle)) / 2;
  const centreX = (0.5 + between("x") * room) * width - 0.5;
  const centreY = (0.5 + between("y") * room) * height - 0.5;
  const cos = side * Math.cos(angle);
  const sin = side * Math.sin(angle);
  const middleX = (width - 1) / 2;
  const middleY = (height - 1) / 2;
  // Images are square; where they are not, a turned view may reach past the edge, which repeats.
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const dx = column - middleX;
      const dy = row - middleY;
      const x = Math.min(width - 1, Math.max(0, centreX + cos * dx - sin * dy));
      const y = Math.min(height - 1, Math.max(0, centreY + sin * dx + cos * dy));
      const left = Math.min(width - 2, Math.floor(x));
      const top = Math.min(height - 2, Math.floor(y));
      const fx = x - left;
      const fy = y - top;
      const from = (top * width + left) * channels;
      const to = (row * width + column) * channels;
      for (let c = 0; c < channels; c++) {
        const a = pixels[from + c]!;
        const b = pixels[from + channels + c]!;
        const d = pixels[from + width * channels + c]!;
        const e = pixels[from + (width + 1) * channels + c]!;
        const upper = a + fx * (b - a);
        const lower = d + fx * (e - d);
        target[to + c] = Math.round(upper + fy * (lower - upper));
      }
    }
  }
}

/** Side of the upright square around a turned one of side 1. */
function spread(angle: number): number {
  return Math.abs(Math.cos(angle)) + Math.abs(Math.sin(angle));
}
