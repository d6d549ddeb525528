/** What a jigsaw head says of an image's tiles, and the image with the tiles put back. @module */
import * as tf from "@tensorflow/tfjs";
import { restoreTiles, shuffleTiles } from "../../data/shuffle_tiles.ts";
import { stackImages } from "../../data/stack_images.ts";
import { toInput } from "../../data/to_input.ts";
import { InvalidError } from "../../errors.ts";
import { decodeImage } from "../../images/decode_image.ts";
import { encodePng } from "../../images/encode_png.ts";
import { encodeNetpbm, netpbmMediaType, type RawImage } from "../../images/netpbm.ts";
import { jigsawPermutations, jigsawTiles } from "../../objectives/jigsaw.ts";
import { headOf } from "../head_of.ts";
import { requireGrid } from "../require_grid.ts";
import { valuesOf } from "../values_of.ts";
import { oneByOne } from "./predictor.ts";

/** Side of the restored image, pixels: enough to look at; rounded to whole tiles. */
const RESTORED_SIDE = 256;
const CANDIDATES = 5;

/** Solves puzzles. A permutation that does not exist is the field `shuffle`'s fault. */
export const predictJigsaw = oneByOne<"jigsaw">(async (model, { image, shuffle }, limits) => {
  const { encoder, spec: { preprocessing } } = model;
  const { head, options } = headOf(model, "jigsaw");
  const { maxPixels, stages } = limits;
  const permutations = jigsawPermutations(options);
  if (shuffle !== null && permutations[shuffle] === undefined) {
    const rule = `must be a whole number from 0 to ${
      permutations.length - 1
    }, the model's permutations`;
    throw new InvalidError(`Cannot shuffle the image: no such permutation, ${shuffle}`, {
      errors: [{ path: "shuffle", rule, value: shuffle }],
    });
  }
  const { grid } = options;
  const { channels } = preprocessing;
  const side = grid * Math.floor(RESTORED_SIDE / grid);
  const { puzzle, small } = await stages.run("decode", 1, async () => {
    const decoded: RawImage = {
      pixels: await decodeImage(image, undefined, { size: side, channels, maxPixels }),
      width: side,
      height: side,
      channels,
    };
    await requireGrid(image, grid);
    const puzzle = shuffle === null ? decoded : shuffleTiles(decoded, permutations[shuffle]!);
    const small = await decodeImage(encodeNetpbm(puzzle), netpbmMediaType(channels), {
      ...preprocessing,
      maxPixels,
    });
    return { puzzle, small };
  });
  const values = await stages.run("forward", 1, () =>
    valuesOf(() => {
      const input = toInput(stackImages([small], preprocessing), preprocessing);
      const features = encoder.apply(jigsawTiles(input, options));
      const { logits } = head.apply(features, { training: false });
      return tf.softmax(logits as tf.Tensor2D);
    }));
  const candidates = Array.from(values, (probability, i) => ({
    permutation: permutations[i]!,
    probability,
  })).sort((a, b) => b.probability - a.probability).slice(0, CANDIDATES);
  const best = candidates[0]!;
  return {
    ...best,
    candidates,
    shuffled: shuffle,
    restored: await stages.run(
      "encode",
      1,
      () => encodePng(restoreTiles(puzzle, best.permutation)),
    ),
  };
});
