/**
 * Colour jitter: brightness, contrast, saturation and hue by random amounts in random order, as
 * torchvision's ColorJitter does it on float images (clipped to 0..1 after each step).
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../random.ts";
import type { JitterOptions } from "../../schemas/recipe.ts";
import { luma } from "./luma.ts";
import { type AugmentParameters, Field, JitterOperation, parameterColumn } from "./parameters.ts";

const OPERATIONS = ["brightness", "contrast", "saturation", "hue"] as const;

/**
 * Draws whether to jitter, in which order, and how much of each: factors uniform in
 * [max(0, 1 - strength), 1 + strength], the hue's shift in [-strength, strength] turns.
 *
 * @param row Gets the fields `jitterOrder`, `brightness`, `contrast`, `saturation`, `hue`.
 */
export function drawJitter(
  row: Float32Array,
  random: RandomStream,
  options: JitterOptions,
  channels: 1 | 3,
): void {
  if (!random.bernoulli(options.probability)) return;
  random.permutation(4).forEach((operation, position) => {
    const name = OPERATIONS[operation]!;
    const coloured = name === "brightness" || name === "contrast" || channels === 3;
    const code = options[name] > 0 && coloured ? JitterOperation[name] : JitterOperation.none;
    row[Field.jitterOrder + position] = code;
  });
  for (const name of ["brightness", "contrast", "saturation"] as const) {
    const strength = options[name];
    row[Field[name]] = random.uniform(Math.max(0, 1 - strength), 1 + strength);
  }
  row[Field.hue] = random.uniform(-options.hue, options.hue);
}

/**
 * Turns the hue of each pixel at the same saturation and value.
 *
 * In HSV, a channel is value - chroma * t, and t goes 0, 1, 1, 1, 0, 0 (with a slope between) over
 * the six sextants of the hue from where the channel is largest; so saturation is never divided by.
 *
 * @param x [n, h, w, 3] in 0..1.
 * @param turns [n, 1, 1, 1].
 */
function shiftHue(x: tf.Tensor4D, turns: tf.Tensor4D): tf.Tensor4D {
  const [r, g, b] = tf.split(x, 3, 3) as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
  const value = tf.maximum(tf.maximum(r, g), b);
  const chroma = value.sub(tf.minimum(tf.minimum(r, g), b));
  // Grey has no hue: with a chroma of 0 any will do, as long as it is a number.
  const divisor = chroma.add(tf.cast(tf.equal(chroma, 0), "float32"));
  const isRed = tf.cast(tf.equal(value, r), "float32");
  const isGreen = tf.cast(tf.equal(value, g), "float32").mul(tf.sub(1, isRed));
  const isBlue = tf.sub(1, isRed).sub(isGreen);
  const sextant = tf.addN([
    isRed.mul(g.sub(b).div(divisor)),
    isGreen.mul(b.sub(r).div(divisor).add(2)),
    isBlue.mul(r.sub(g).div(divisor).add(4)),
  ]);
  const hue = sextant.add(turns.mul(6));
  const channel = (offset: number) => {
    const shifted = hue.add(offset);
    const k = shifted.sub(tf.floor(shifted.div(6)).mul(6));
    const t = tf.clipByValue(tf.minimum(k, tf.sub(4, k)), 0, 1);
    return value.sub(chroma.mul(t));
  };
  return tf.clipByValue(tf.concat([channel(5), channel(3), channel(1)], 3), 0, 1) as tf.Tensor4D;
}

/** One number a sample, to be broadcast over its pixels. */
function perSample(values: ArrayLike<number>): tf.Tensor4D {
  return tf.tensor4d(Float32Array.from(values), [values.length, 1, 1, 1]);
}

/**
 * Brightness, contrast and saturation are one operation with three targets (black, the mean luma,
 * each pixel's luma), so samples with different operations go through it together.
 */
function blend(x: tf.Tensor4D, parameters: AugmentParameters, codes: Float32Array): tf.Tensor4D {
  const factors = {
    [JitterOperation.brightness]: parameterColumn(parameters, Field.brightness),
    [JitterOperation.contrast]: parameterColumn(parameters, Field.contrast),
    [JitterOperation.saturation]: parameterColumn(parameters, Field.saturation),
  } as Record<number, Float32Array>;
  const factor = perSample(codes.map((code, i) => factors[code]?.[i] ?? 1));
  const isContrast = perSample(codes.map((code) => code === JitterOperation.contrast ? 1 : 0));
  const isSaturation = perSample(codes.map((code) => code === JitterOperation.saturation ? 1 : 0));
  const grey = luma(x);
  const target = grey.mean([1, 2, 3], true).mul(isContrast).add(grey.mul(isSaturation));
  return tf.clipByValue(x.mul(factor).add(target.mul(tf.sub(1, factor))), 0, 1) as tf.Tensor4D;
}

/**
 * Jitters each sample as its row says.
 *
 * @param x [n, h, w, c] in 0..1.
 * @param parameters n rows.
 */
export function applyJitter(x: tf.Tensor4D, parameters: AugmentParameters): tf.Tensor4D {
  return tf.tidy(() => {
    let y = x.clone();
    for (let position = 0; position < 4; position++) {
      const codes = parameterColumn(parameters, Field.jitterOrder + position);
      if (codes.some((code) => code !== JitterOperation.none && code !== JitterOperation.hue)) {
        y = blend(y, parameters, codes);
      }
      if (codes.includes(JitterOperation.hue) && x.shape[3] === 3) {
        const isHue = perSample(codes.map((code) => code === JitterOperation.hue ? 1 : 0));
        const shifted = shiftHue(y, perSample(parameterColumn(parameters, Field.hue)));
        y = shifted.mul(isHue).add(y.mul(tf.sub(1, isHue)));
      }
    }
    return y;
  });
}
