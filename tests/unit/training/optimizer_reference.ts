/**
 * Optimisers in double precision, number by number, straight from the papers.
 *
 * @module
 */
import type { OptimizerOptions } from "../../../src/schemas/recipe.ts";

/** One parameter with its state. */
export interface ReferenceParameter {
  values: Float64Array;
  decay: boolean;
  /** First moment, or velocity. */
  first: Float64Array;
  second: Float64Array;
}

/** A parameter before the first step. */
export function referenceParameter(values: ArrayLike<number>, decay: boolean): ReferenceParameter {
  const zeros = () => new Float64Array(values.length);
  return { values: Float64Array.from(values), decay, first: zeros(), second: zeros() };
}

/** One step of a parameter, in place. @param t From 1. */
export function referenceStep(
  options: OptimizerOptions,
  parameter: ReferenceParameter,
  gradient: ArrayLike<number>,
  rate: number,
  t: number,
): void {
  const { values: w, first, second } = parameter;
  const included = parameter.decay || options.exclude === "none";
  const decay = included ? options.weightDecay : 0;
  const decayed = w.map((value, i) => gradient[i]! + decay * value);
  switch (options.name) {
    case "adam":
    case "adamw": {
      const { beta1, beta2, epsilon } = options;
      w.forEach((value, i) => {
        const g = options.name === "adam" ? decayed[i]! : gradient[i]!;
        first[i] = beta1 * first[i]! + (1 - beta1) * g;
        second[i] = beta2 * second[i]! + (1 - beta2) * g * g;
        const m = first[i]! / (1 - beta1 ** t);
        const v = second[i]! / (1 - beta2 ** t);
        const kept = options.name === "adamw" ? value - rate * decay * value : value;
        w[i] = kept - rate * m / (Math.sqrt(v) + epsilon);
      });
      return;
    }
    case "sgd":
      w.forEach((value, i) => {
        first[i] = options.momentum * first[i]! + decayed[i]!;
        const move = options.nesterov ? decayed[i]! + options.momentum * first[i]! : first[i]!;
        w[i] = value - rate * move;
      });
      return;
    case "lars": {
      const norm = (x: Float64Array) => Math.hypot(...x);
      const adapted = included && norm(w) > 0 && norm(decayed) > 0;
      const ratio = adapted ? options.trust * norm(w) / norm(decayed) : 1;
      w.forEach((value, i) => {
        const move = rate * ratio * decayed[i]!;
        first[i] = options.momentum * first[i]! + move;
        w[i] = value - (options.nesterov ? move + options.momentum * first[i]! : first[i]!);
      });
      return;
    }
    default:
      options satisfies never;
  }
}
