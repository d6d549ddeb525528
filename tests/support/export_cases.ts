/** Encoders of every kind to export, and what serving makes of them: what other runtimes must. @module */
import * as tf from "@tensorflow/tfjs";
import { toInput } from "../../src/data/to_input.ts";
import { ModelCache } from "../../src/inference/model_cache.ts";
import type { randomModel } from "./random_model.ts";
import { syntheticPixels } from "./synthetic_images.ts";

/** Images in a batch. */
export const COUNT = 3;

/** Of every kind, grey and RGB. */
export const EXPORT_CASES = [
  { encoder: { name: "resnet8", width: 8 }, size: 32, channels: 3 },
  { encoder: { name: "resnet14", width: 4 }, size: 24, channels: 3 },
  { encoder: { name: "resnet20", width: 4 }, size: 16, channels: 1 },
  { encoder: { name: "resnet18", width: 4 }, size: 16, channels: 3 },
  { encoder: { name: "small_conv", width: 4 }, size: 28, channels: 1 },
  // Odd sizes: "same" padding is lopsided or not, layer by layer.
  { encoder: { name: "resnet8", width: 4 }, size: 27, channels: 3 },
  { encoder: { name: "small_conv", width: 4 }, size: 15, channels: 3 },
  // Another block than the last.
  { encoder: { name: "resnet14", width: 4 }, size: 16, channels: 3, block: 1 },
  { encoder: { name: "small_conv", width: 4 }, size: 15, channels: 3, block: 0 },
] as const;

/** A batch, channels last. */
export function exportPixels(size: number, channels: 1 | 3): Uint8Array {
  return new Uint8Array(
    Array.from({ length: COUNT }, (_, i) => [...syntheticPixels(i, size, channels)]).flat(),
  );
}

/** What serving answers. */
export async function servedEmbeddings(
  { model, weights }: Awaited<ReturnType<typeof randomModel>>,
  pixels: Uint8Array,
): Promise<Float32Array> {
  const { size, channels } = model.spec.preprocessing;
  const cache = new ModelCache(() => Promise.resolve({ spec: model.spec, weights }), 1e9);
  const { encoder } = await cache.get("model");
  const h = tf.tidy(() => {
    const images = { pixels, count: COUNT, height: size, width: size, channels };
    return encoder.embed(toInput(images, model.spec.preprocessing));
  });
  const values = await h.data<"float32">();
  h.dispose();
  await cache.forget("model");
  return values;
}

/** The largest difference. */
export function largestError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`${a.length} numbers and ${b.length}`);
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i]! - b[i]!));
  return most;
}
