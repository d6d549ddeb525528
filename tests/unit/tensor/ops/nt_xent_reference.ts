/** NT-Xent and its gradient in double precision, as its formula reads. @module */

/** @param z Rows of `d` numbers; 2k and 2k+1 are a pair. */
export function referenceNtXent(z: Float64Array, d: number, temperature: number) {
  const rows = z.length / d;
  const length = Float64Array.from({ length: rows }, (_, i) => Math.hypot(...row(i)));
  const unit = z.map((value, at) => value / length[Math.floor(at / d)]!);
  function row(i: number): Float64Array {
    return z.subarray(i * d, (i + 1) * d);
  }
  const perRow = new Float64Array(rows);
  const gradient = new Float64Array(z.length);
  const cosines = new Float64Array(rows);
  let correct = 0;
  for (let i = 0; i < rows; i++) {
    const pair = i % 2 === 0 ? i + 1 : i - 1;
    let largest = -Infinity;
    for (let k = 0; k < rows; k++) {
      cosines[k] = 0;
      for (let c = 0; c < d; c++) cosines[k]! += unit[i * d + c]! * unit[k * d + c]!;
      if (k !== i) largest = Math.max(largest, cosines[k]!);
    }
    const term = (k: number) => Math.exp((cosines[k]! - largest) / temperature);
    let negatives = 0;
    let better = 0;
    for (let k = 0; k < rows; k++) {
      if (k === i || k === pair) continue;
      negatives += term(k);
      if (cosines[k]! >= cosines[pair]!) better++;
    }
    if (better === 0) correct++;
    // -log(p / (p + n)) and p / (p + n) - 1, so that neither is lost where p is all but everything.
    const sum = term(pair) + negatives;
    perRow[i] = Math.log1p(negatives / term(pair));
    // d loss_i / d cos(i, k), and through the cosine into both rows before they were normalised.
    for (let k = 0; k < rows; k++) {
      if (k === i) continue;
      const share = (k === pair ? -negatives : term(k)) / sum;
      const weight = share / temperature / rows;
      for (let c = 0; c < d; c++) {
        const [a, b] = [unit[i * d + c]!, unit[k * d + c]!];
        gradient[i * d + c]! += weight * (b - cosines[k]! * a) / length[i]!;
        gradient[k * d + c]! += weight * (a - cosines[k]! * b) / length[k]!;
      }
    }
  }
  const loss = perRow.reduce((total, value) => total + value, 0) / rows;
  return { loss, perRow, gradient, accuracy: correct / rows };
}
