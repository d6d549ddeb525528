/** Principal components: the plane in which vectors differ most. @module */

const ITERATIONS = 60;

/**
 * Vectors on their first two principal axes, by orthogonal iteration: a few dozen passes over the
 * data, without the covariance matrix.
 *
 * @param {Float32Array[]} vectors
 * @returns {[number, number][]} One point a vector.
 */
export function pca(vectors) {
  const dimensions = vectors[0]?.length ?? 0;
  const mean = new Float64Array(dimensions);
  for (const vector of vectors) {
    for (let i = 0; i < dimensions; i++) mean[i] += vector[i] / vectors.length;
  }
  const centred = vectors.map((vector) => Float64Array.from(vector, (x, i) => x - mean[i]));
  // Any start that is not perpendicular to the answer will do; this one is always the same.
  let axes = [0, 1].map((k) => Float64Array.from(mean, (_, i) => Math.cos((k + 1) * (i + 0.5))));
  axes = orthonormal(axes);
  for (let turn = 0; turn < ITERATIONS; turn++) {
    const next = axes.map(() => new Float64Array(dimensions));
    for (const row of centred) {
      for (const [k, axis] of axes.entries()) {
        const along = dot(row, axis);
        for (let i = 0; i < dimensions; i++) next[k][i] += along * row[i];
      }
    }
    axes = orthonormal(next);
  }
  return centred.map((row) => axes.map((axis) => dot(row, axis)));
}

/** Gram and Schmidt's; an axis of nothing stays nothing, so that its coordinates are 0. */
function orthonormal([first, second]) {
  const a = unit(first);
  const along = dot(a, second);
  return [a, unit(second.map((x, i) => x - along * a[i]))];
}

function unit(vector) {
  const length = Math.sqrt(dot(vector, vector));
  return length > 1e-12 ? vector.map((x) => x / length) : vector.fill(0);
}

function dot(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
