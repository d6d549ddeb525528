/**
 * Convolutions that do not learn any more, each with the batch norm behind it folded into its
 * weights: bias, residual and ReLU are in the same kernel, and weights are packed only once.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { filterSource, KeptFilters } from "../kernels/filters.ts";
import type { FrozenLayer } from "../kernels/frozen_network.ts";
import { hasKernel } from "../ops/has_kernel.ts";
import { BatchNorm } from "./batch_norm.ts";
import type { Convolution } from "./convolution.ts";

/** A layer with tensors of its own. */
type Layer = FrozenLayer & { kernel: tf.Tensor4D; bias: tf.Tensor1D };

/** A graph of convolutions; its values are numbered in the order of {@linkcode add}. */
export class FrozenNetwork {
  /** The value that is given to {@linkcode apply}. */
  static readonly input = 0;

  readonly #layers: Layer[] = [];
  readonly #filters: KeptFilters[] = [];

  /**
   * Adds gamma (conv(x) − mean) / √(variance + ε) + beta + residual, with or without ReLU. Copies
   * what the two are now; later changes of theirs have no effect.
   *
   * @returns The number of its value.
   */
  add(
    convolution: Convolution,
    norm: BatchNorm,
    { input, relu, residual }: { input: number; relu: boolean; residual?: number },
  ): number {
    const [kernel, bias] = tf.tidy(() => {
      const scale = norm.gamma.div(norm.variance.add(BatchNorm.epsilon).sqrt());
      return [
        convolution.kernel.mul<tf.Tensor4D>(scale),
        norm.beta.sub<tf.Tensor1D>(norm.mean.mul(scale)),
      ];
    });
    const { stride } = convolution;
    this.#layers.push({ kernel, bias, stride, relu, input, residual: residual ?? null });
    return this.#layers.length;
  }

  /**
   * A value: [n, h, w, in] → [n, h', w', out]. What was added after it is not run.
   *
   * @param value Its number, from 1. @default {the last}
   */
  apply(x: tf.Tensor4D, value = this.#layers.length): tf.Tensor4D {
    const layers = this.#layers.slice(0, value);
    if (hasKernel("AlikeFrozenNetwork")) {
      const attrs = { layers, filters: this.#prepared() };
      return tf.engine().runKernel(
        "AlikeFrozenNetwork",
        { x },
        attrs as unknown as tf.NamedAttrMap,
      );
    }
    return tf.tidy(() => {
      const values = [x];
      for (const { kernel: filter, bias, stride, relu, input, residual } of layers) {
        const sum = tf.fused.conv2d({
          x: values[input]!,
          filter,
          strides: stride,
          pad: "same",
          bias,
          activation: relu && residual === null ? "relu" : "linear",
        });
        if (residual === null) values.push(sum);
        else values.push(relu ? sum.add(values[residual]!).relu() : sum.add(values[residual]!));
      }
      return values.at(-1)!;
    });
  }

  /** One a layer; what they hold is prepared at the first use. */
  #prepared(): readonly KeptFilters[] {
    const backend = tf.backend() as BackendWasm;
    for (const { kernel } of this.#layers.slice(this.#filters.length)) {
      this.#filters.push(new KeptFilters(backend, filterSource(backend, kernel)));
    }
    return this.#filters;
  }

  /**
   * Bytes of the weights, with the most that is prepared for one size of images: 36 of Winograd's
   * weights for a 3x3 or 5x5 filter, panels for others.
   */
  get bytes(): number {
    return this.#layers.reduce((sum, { kernel: { size, shape: [height] }, bias }) => {
      const prepared = height === 3 || height === 5 ? size * 36 / height ** 2 : size;
      return sum + 4 * (size + prepared + bias.size);
    }, 0);
  }

  /** Frees the weights and what was prepared from them. */
  dispose(): void {
    for (const filters of this.#filters) filters.dispose();
    for (const { kernel, bias } of this.#layers) tf.dispose([kernel, bias]);
  }
}
