/**
 * k-means: Lloyd's algorithm from the centres of k-means++ (Arthur and Vassilvitskii, 2007).
 *
 * @module
 */

const MOST_ITERATIONS = 50;

/**
 * @param {Float32Array[]} vectors @param {number} k Clusters; as many as vectors at most.
 * @param {() => number} draw From 0 to 1, the same every time for the same clusters.
 * @returns {number[]} The cluster of each, numbered from the largest.
 */
export function kMeans(vectors, k, draw) {
  let centres = firstCentres(vectors, Math.min(k, vectors.length), draw);
  let clusters = [];
  for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
    const next = vectors.map((vector) => nearest(vector, centres).cluster);
    if (next.every((cluster, i) => cluster === clusters[i])) break;
    clusters = next;
    centres = centres.map((centre, cluster) =>
      meanOf(vectors.filter((_, i) => clusters[i] === cluster)) ?? centre
    );
  }
  const sizes = centres.map((_, cluster) => clusters.filter((own) => own === cluster).length);
  const order = [...sizes.keys()].sort((a, b) => sizes[b] - sizes[a] || a - b);
  return clusters.map((cluster) => order.indexOf(cluster));
}

/** Each with a chance that goes with the squared distance to those there are. */
function firstCentres(vectors, k, draw) {
  const centres = [vectors[Math.floor(draw() * vectors.length)]];
  while (centres.length < k) {
    const distances = vectors.map((vector) => nearest(vector, centres).distance);
    let left = draw() * distances.reduce((sum, distance) => sum + distance, 0);
    const at = distances.findIndex((distance) => (left -= distance) <= 0);
    centres.push(vectors.at(at));
  }
  return centres;
}

function nearest(vector, centres) {
  let [cluster, distance] = [0, Infinity];
  for (let c = 0; c < centres.length; c++) {
    let sum = 0;
    for (let d = 0; d < vector.length; d++) sum += (vector[d] - centres[c][d]) ** 2;
    if (sum < distance) [cluster, distance] = [c, sum];
  }
  return { cluster, distance };
}

/** Undefined where there are none. */
function meanOf(vectors) {
  if (vectors.length === 0) return undefined;
  const mean = new Float32Array(vectors[0].length);
  for (const vector of vectors) {
    for (let d = 0; d < mean.length; d++) mean[d] += vector[d] / vectors.length;
  }
  return mean;
}
