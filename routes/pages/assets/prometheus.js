/** Prometheus' text format, as far as the service writes it. @module */

/**
 * @param {string} text
 * @returns {{name: string, labels: Record<string, string>, value: number}[]}
 */
export function parseMetrics(text) {
  return text.split("\n").flatMap((line) => {
    const parts = /^([a-z_:][a-z0-9_:]*)(?:\{(.*)\})? (\S+)$/i.exec(line);
    if (parts === null) return [];
    const [, name, inside = "", value] = parts;
    const labels = {};
    for (const [, key, quoted] of inside.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)) {
      labels[key] = quoted;
    }
    return [{ name, labels, value: value === "+Inf" ? Infinity : Number(value) }];
  });
}

/**
 * The sum of the samples of a name whose labels pass.
 *
 * @param {{name: string, labels: Record<string, string>, value: number}[]} samples
 * @param {string} name
 * @param {(labels: Record<string, string>) => boolean} passes
 */
export function total(samples, name, passes = (_labels) => true) {
  return samples.filter((sample) => sample.name === name && passes(sample.labels))
    .reduce((sum, { value }) => sum + value, 0);
}

/**
 * The counts of a histogram by bucket, summed over what passes.
 *
 * @param {{name: string, labels: Record<string, string>, value: number}[]} samples
 * @param {string} name
 * @param {(labels: Record<string, string>) => boolean} passes
 * @returns {{from: number, to: number, count: number}[]}
 */
export function buckets(samples, name, passes = (_labels) => true) {
  const sums = new Map();
  for (const { name: of, labels, value } of samples) {
    if (of !== `${name}_bucket` || !passes(labels)) continue;
    const to = labels.le === "+Inf" ? Infinity : Number(labels.le);
    sums.set(to, (sums.get(to) ?? 0) + value);
  }
  let [from, below] = [0, 0];
  return [...sums].sort(([a], [b]) => a - b).map(([to, upTo]) => {
    const bucket = { from, to, count: upTo - below };
    [from, below] = [to, upTo];
    return bucket;
  });
}

/** The value that a share of a histogram lies below: the upper edge of its bucket. */
export function quantile(histogram, share) {
  const all = histogram.reduce((sum, { count }) => sum + count, 0);
  let seen = 0;
  for (const { to, count } of histogram) {
    seen += count;
    if (all > 0 && seen >= share * all) return to;
  }
  return null;
}
