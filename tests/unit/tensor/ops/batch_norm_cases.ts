/** Cases of batch normalisation, how they are computed, and what must come out. @module */
import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import type { Collective } from "../../../../src/parallel/collective.ts";
import { singleReplica } from "../../../../src/parallel/single.ts";
import { Random } from "../../../../src/random.ts";
import { batchNormInference, batchNormTraining } from "../../../../src/tensor/ops/batch_norm.ts";
import { assertClose } from "../../../support/close.ts";
import {
  type BatchNormCase,
  referenceGradients,
  referenceLinear,
  referenceOutput,
  referenceStatistics,
} from "./batch_norm_reference.ts";

export const EPSILON = 1e-3;

/** Numbers that single precision holds exactly, so that only the computation differs. */
function numbers(name: string, length: number, mean = 0, deviation = 1): Float64Array {
  const stream = new Random(7).stream(name, [length]);
  return Float64Array.from({ length }, () => Math.fround(stream.normal(mean, deviation)));
}

export function makeCase(
  rows: number,
  channels: number,
  { relu = true, residual = true, mean = 0.5, deviation = 2 } = {},
): BatchNormCase & { dy: Float64Array } {
  const given: BatchNormCase = {
    rows,
    channels,
    x: numbers("x", rows * channels, mean, deviation),
    gamma: numbers("gamma", channels, 1, 0.3),
    beta: numbers("beta", channels),
    residual: residual ? numbers("residual", rows * channels) : undefined,
    relu,
    epsilon: EPSILON,
  };
  // Where rounding decides which side of the ReLU a value is on, its gradient says nothing.
  const linear = referenceLinear(given);
  const dy = numbers("dy", rows * channels).map((value, i) =>
    Math.abs(linear[i]!) < 1e-4 ? 0 : value
  );
  return { ...given, dy };
}

export function tensor(values: Float64Array, shape: number[]): tf.Tensor {
  return tf.tensor(Float32Array.from(values), shape);
}

export interface RunOptions {
  /** By given statistics, {@linkcode batchNormInference}. */
  frozen?: boolean;
  collective?: Collective;
  from?: number;
  to?: number;
  shape?: number[];
}

/**
 * Runs the operation on the rows `[from, to)` of a case, with gradients: all tensors by name. Call
 * it in a tidy.
 */
export function compute(
  given: BatchNormCase & { dy: Float64Array },
  { frozen = false, collective = singleReplica, from = 0, to = given.rows, ...rest }: RunOptions =
    {},
): Record<string, tf.Tensor> {
  const { channels, relu, epsilon } = given;
  const shape = rest.shape ?? [to - from, channels];
  const rows = (values: Float64Array) =>
    tensor(values.subarray(from * channels, to * channels), shape);
  const statistics = referenceStatistics(given);
  const mean = tensor(statistics.mean, [channels]) as tf.Tensor1D;
  const variance = tensor(statistics.variance, [channels]) as tf.Tensor1D;
  const out: Record<string, tf.Tensor> = {};
  const inputs = [
    rows(given.x),
    tensor(given.gamma, [channels]),
    tensor(given.beta, [channels]),
    ...(given.residual === undefined ? [] : [rows(given.residual)]),
  ];
  const gradients = tf.grads((...args: tf.Tensor[]) => {
    const [x, gamma, beta, residual] = args as [tf.Tensor, tf.Tensor1D, tf.Tensor1D, tf.Tensor?];
    const options = { epsilon, relu, ...(residual === undefined ? {} : { residual }) };
    if (frozen) {
      const y = batchNormInference(x, mean, variance, gamma, beta, options);
      out.y = tf.keep(y.clone());
      return y;
    }
    const result = batchNormTraining(x, gamma, beta, { ...options, collective });
    Object.assign(out, {
      y: tf.keep(result.y.clone()),
      mean: tf.keep(result.mean.clone()),
      variance: tf.keep(result.variance.clone()),
    });
    return result.y;
  })(inputs, rows(given.dy));
  ["dx", "dGamma", "dBeta", "dResidual"].forEach((name, i) => {
    if (gradients[i] !== undefined) out[name] = tf.keep(gradients[i]);
  });
  return out;
}

export function assertMatches(
  actual: Record<string, Float32Array>,
  given: BatchNormCase & { dy: Float64Array },
  { frozen = false, tolerance = 1e-5 } = {},
): void {
  const { rows, channels, relu, residual } = given;
  const name = `${rows} x ${channels}${relu ? " relu" : ""}${residual ? " residual" : ""}`;
  const { mean, variance } = referenceStatistics(given);
  const { dx, dGamma, dBeta, dResidual } = referenceGradients(given, given.dy, frozen);
  // With few rows dx is a difference of larger numbers: it is as exact as those are.
  const scale = Math.max(
    ...variance.map((value, c) => Math.abs(given.gamma[c]!) / Math.sqrt(value + EPSILON)),
  );
  assertClose(actual.y!, referenceOutput(given), tolerance, `y of ${name}`);
  if (!frozen) {
    assertClose(actual.mean!, mean, tolerance, `mean of ${name}`);
    assertClose(actual.variance!, variance, tolerance, `variance of ${name}`);
  }
  const pad = (values: ArrayLike<number>) => [...Array.from(values), scale * 4];
  assertClose(pad(actual.dx!), pad(dx), tolerance, `dx of ${name}`);
  const padSum = (values: ArrayLike<number>) => [...Array.from(values), Math.sqrt(rows)];
  assertClose(padSum(actual.dGamma!), padSum(dGamma), tolerance, `dGamma of ${name}`);
  assertClose(padSum(actual.dBeta!), padSum(dBeta), tolerance, `dBeta of ${name}`);
  assertEquals(actual.dResidual !== undefined, residual !== undefined);
  if (residual) assertClose(actual.dResidual!, dResidual, tolerance, `dResidual of ${name}`);
}
