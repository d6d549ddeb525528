/** What a jigsaw head says of an image's tiles, and the image with the tiles put back. @module */
import * as tf from "@tensorflow/tfjs";
import { restoreTiles, shuffleTiles } from "../data/shuffle_tiles.ts";
import { stackImages } from "../data/stack_images.ts";
import { toInput } from "../data/to_input.ts";
import { InvalidError } from "../errors.ts";
import { decodeImage } from "../images/decode_image.ts";
import { encodePng } from "../images/encode_png.ts";
import { encodeNetpbm, netpbmMediaType, type RawImage } from "../images/netpbm.ts";
import { jigsawPermutations, jigsawTiles } from "../objectives/jigsaw.ts";
import type { JigsawOptions } from "../schemas/objective.ts";
import type { LoadedModel } from "./model_cache.ts";

/** What the jigsaw head says of an image. */
export interface JigsawPrediction {
  /** permutation[i] is the cell (row-major) that the tile now in cell i came from. */
  permutation: number[];
  probability: number;
  /** The most probable permutations, best first, at most five. */
  candidates: { permutation: number[]; probability: number }[];
  /** The index the image was shuffled by, null if it came shuffled. */
  shuffled: number | null;
  /** The image with its tiles put back, PNG. */
  restored: Uint8Array;
}

/** Side of the restored image, pixels: enough to look at; rounded to whole tiles. */
const RESTORED_SIDE = 256;
const CANDIDATES = 5;

/**
 * Solves a puzzle.
 *
 * @param shuffle Index of the permutation to shuffle the image by first; null: it is a puzzle already.
 * @throws {InvalidError} If there is no such permutation.
 */
export async function predictJigsaw(
  model: LoadedModel,
  image: Uint8Array,
  shuffle: number | null,
  maxPixels: number,
): Promise<JigsawPrediction> {
  const { encoder, tasks, spec: { preprocessing } } = model;
  const { head, objective } = tasks.find((task) => task.objective.spec.name === "jigsaw")!;
  const options = objective.spec as JigsawOptions;
  const permutations = jigsawPermutations(options);
  if (shuffle !== null && permutations[shuffle] === undefined) {
    const rule = `must be an index below ${permutations.length}`;
    throw new InvalidError(`Cannot shuffle: permutation ${shuffle} ${rule}`, {
      errors: [{ path: "shuffle", rule, value: shuffle }],
    });
  }
  const { grid } = options;
  const { channels } = preprocessing;
  const side = grid * Math.floor(RESTORED_SIDE / grid);
  const decoded: RawImage = {
    pixels: await decodeImage(image, undefined, { size: side, channels, maxPixels }),
    width: side,
    height: side,
    channels,
  };
  const puzzle = shuffle === null ? decoded : shuffleTiles(decoded, permutations[shuffle]!);
  const small = await decodeImage(encodeNetpbm(puzzle), netpbmMediaType(channels), {
    ...preprocessing,
    maxPixels,
  });
  const probabilities = tf.tidy(() => {
    const input = toInput(stackImages([small], preprocessing), preprocessing);
    const { logits } = head.apply(encoder.apply(jigsawTiles(input, options)), { training: false });
    return tf.softmax(logits as tf.Tensor2D);
  });
  const values = await probabilities.data<"float32">();
  probabilities.dispose();
  const candidates = Array.from(values, (probability, i) => ({
    permutation: permutations[i]!,
    probability,
  })).sort((a, b) => b.probability - a.probability).slice(0, CANDIDATES);
  const best = candidates[0]!;
  return {
    ...best,
    candidates,
    shuffled: shuffle,
    restored: await encodePng(restoreTiles(puzzle, best.permutation)),
  };
}
