/** Batch normalisation and its gradient in double precision, one number at a time. @module */

export interface BatchNormCase {
  rows: number;
  channels: number;
  x: Float64Array;
  gamma: Float64Array;
  beta: Float64Array;
  residual: Float64Array | undefined;
  relu: boolean;
  epsilon: number;
}

export function referenceStatistics({ x, rows, channels }: BatchNormCase) {
  const mean = new Float64Array(channels);
  const variance = new Float64Array(channels);
  for (let c = 0; c < channels; c++) {
    for (let r = 0; r < rows; r++) mean[c]! += x[r * channels + c]! / rows;
    for (let r = 0; r < rows; r++) variance[c]! += (x[r * channels + c]! - mean[c]!) ** 2 / rows;
  }
  return { mean, variance };
}

/** The output before the ReLU. */
export function referenceLinear(
  given: BatchNormCase,
  { mean, variance } = referenceStatistics(given),
): Float64Array {
  const { x, channels, gamma, beta, residual, epsilon } = given;
  return x.map((value, i) => {
    const c = i % channels;
    const normal = (value - mean[c]!) / Math.sqrt(variance[c]! + epsilon);
    return gamma[c]! * normal + beta[c]! + (residual?.[i] ?? 0);
  });
}

export function referenceOutput(given: BatchNormCase, statistics = referenceStatistics(given)) {
  const linear = referenceLinear(given, statistics);
  return given.relu ? linear.map((value) => Math.max(0, value)) : linear;
}

/** Gradients by the chain rule through mean and variance, written out. */
export function referenceGradients(given: BatchNormCase, dy: Float64Array, frozen = false) {
  const { x, rows, channels, gamma, relu, epsilon } = given;
  const { mean, variance } = referenceStatistics(given);
  const linear = referenceLinear(given);
  const g = dy.map((value, i) => relu && linear[i]! <= 0 ? 0 : value);
  const dx = new Float64Array(x.length);
  const dGamma = new Float64Array(channels);
  const dBeta = new Float64Array(channels);
  for (let c = 0; c < channels; c++) {
    const deviation = Math.sqrt(variance[c]! + epsilon);
    let dVariance = 0;
    let dMean = 0;
    for (let r = 0; r < rows; r++) {
      const i = r * channels + c;
      const centred = x[i]! - mean[c]!;
      dBeta[c]! += g[i]!;
      dGamma[c]! += g[i]! * centred / deviation;
      dVariance += g[i]! * gamma[c]! * centred * -0.5 * deviation ** -3;
      dMean -= g[i]! * gamma[c]! / deviation;
    }
    for (let r = 0; r < rows; r++) {
      const i = r * channels + c;
      dx[i] = g[i]! * gamma[c]! / deviation;
      if (!frozen) dx[i]! += dVariance * 2 * (x[i]! - mean[c]!) / rows + dMean / rows;
    }
  }
  return { dx, dGamma, dBeta, dResidual: g };
}
