/**
 * Held-out items of a training run: what the encoder is judged by, while it trains and at its end.
 * Decoded when they are first needed, and once.
 *
 * @module
 */
import type { ItemSource } from "../data/item_source.ts";
import { packImages } from "../data/pack_images.ts";
import type { PackedImages } from "../data/packed_images.ts";
import { createEncoder } from "../encoders/mod.ts";
import { FrozenJudge } from "../evaluation/frozen_judge.ts";
import { labelledImages } from "../evaluation/labelled_images.ts";
import type { Random } from "../random.ts";
import type { TrainSpec } from "../schemas/train.ts";
import { weightsOf } from "./run.ts";
import type { ItemSplit } from "./split_items.ts";

/** What {@linkcode HeldOut} takes. */
export interface HeldOutOptions {
  spec: TrainSpec;
  split: ItemSplit;
  /** The training items. */
  images: PackedImages;
  /** Where the held-out items are: the training data, or another set. */
  source: ItemSource;
  maxPixels: number;
  random: Random;
  signal: AbortSignal;
  /** Called between pieces of work; throws to stop. */
  pause: () => Promise<void>;
}

/** The held-out items; to be closed. */
export class HeldOut {
  readonly #options: HeldOutOptions;
  #images: PackedImages | undefined;
  #judge: FrozenJudge | null | undefined;

  constructor(options: HeldOutOptions) {
    this.#options = options;
  }

  /** The items, without those that cannot be decoded. */
  async images(): Promise<PackedImages> {
    const { spec, split, source, maxPixels, signal } = this.#options;
    this.#images ??= await packImages(source, {
      ...spec.preprocessing,
      frames: spec.frames,
      indices: Uint32Array.from(split.queries),
      maxPixels,
      onUndecodable: "skip",
      signal,
    });
    return this.#images;
  }

  /** Judges by them; null where there is nothing to judge by. */
  async judge(): Promise<FrozenJudge | null> {
    if (this.#judge === undefined) this.#judge = await this.#createJudge();
    return this.#judge;
  }

  /** Frees the pixels. */
  close(): void {
    this.#images?.close();
  }

  async #createJudge(): Promise<FrozenJudge | null> {
    const { spec, split, random, pause } = this.#options;
    if (spec.evaluate === null) return null;
    const { classes } = split;
    const bank = labelledImages(this.#options.images, split.bank, classes);
    const queries = labelledImages(await this.images(), split.queries, classes);
    if (bank.positions.length === 0 || queries.positions.length === 0) return null;
    const { encoder, preprocessing } = spec;
    return new FrozenJudge({
      untrained: () =>
        createEncoder(encoder, preprocessing.channels, weightsOf(random).fork("encoder")),
      preprocessing,
      bank,
      queries,
      classes,
      random: random.fork("evaluation"),
      pause,
    });
  }
}
