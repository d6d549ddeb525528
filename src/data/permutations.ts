/**
 * The set of tile orders that a jigsaw network tells apart.
 *
 * @module
 */
import { InvalidError } from "../errors.ts";

/** All orders of `n` things (at most 9) in lexicographic order, one after another. */
export function allPermutations(n: number): Uint8Array {
  let count = 1;
  for (let i = 2; i <= n; i++) count *= i;
  const all = new Uint8Array(count * n);
  const current = Uint8Array.from({ length: n }, (_, i) => i);
  for (let k = 0; k < count; k++) {
    all.set(current, k * n);
    let i = n - 2;
    while (i >= 0 && current[i]! > current[i + 1]!) i--;
    if (i < 0) break;
    let j = n - 1;
    while (current[j]! < current[i]!) j--;
    [current[i], current[j]] = [current[j]!, current[i]!];
    current.subarray(i + 1).reverse();
  }
  return all;
}

/** In how many places two orders differ. */
export function hammingDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let distance = 0;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) distance++;
  return distance;
}

/**
 * In which steps the candidates are gone through. 24 orders are taken as they are sorted, which
 * finds the 12 at distance 3; of 362,880, neighbours in the sorted list share their first tiles, so
 * steps of about the golden section of the list (with no factor in common with its length) spread
 * them, which brings the mean distance up to what unrelated orders have.
 */
const STRIDE: Record<4 | 9, number> = { 4: 1, 9: 224_269 };

/**
 * Chooses orders that differ in as many places as possible, greedily, as Noroozi & Favaro do (2016,
 * algorithm 1), but by the smallest distance to those chosen rather than by the mean: orders that
 * differ in two tiles only are what makes the task ambiguous. Begins with the order itself.
 *
 * An order too close to those chosen stays too close, so one pass over all candidates for each
 * distance, from the largest down, is all it takes.
 *
 * @param tiles 4 for a 2×2 grid, 9 for 3×3.
 * @param count How many, at most `tiles`!.
 * @returns Always the same orders; fewer are the first of more. `permutation[i]` is the cell that
 * the tile now at position i came from, cells counted row by row.
 * @throws {InvalidError} If there are not that many orders.
 */
export function maximalHammingPermutations(tiles: 4 | 9, count: number): number[][] {
  const all = allPermutations(tiles);
  const total = all.length / tiles;
  if (!(Number.isInteger(count) && count >= 1 && count <= total)) {
    const message = `Cannot choose ${count} orders of ${tiles} tiles: there are 1 to ${total}`;
    const rule = `must be a whole number from 1 to ${total}`;
    throw new InvalidError(message, { errors: [{ path: "permutations", rule, value: count }] });
  }
  // The first eight places in four bits each, and the ninth apart, to compare eight at a time.
  const packed = new Uint32Array(total);
  const ninth = new Uint8Array(total);
  for (let k = 0; k < total; k++) {
    for (let i = 0; i < Math.min(tiles, 8); i++) packed[k]! |= all[k * tiles + i]! << (4 * i);
    if (tiles === 9) ninth[k] = all[k * tiles + 8]!;
  }
  const chosen: number[] = [];
  const taken = new Uint8Array(total);

  function isFar(candidate: number, distance: number): boolean {
    // The last chosen first: they lie closest in the order of candidates, so most are refused soon.
    for (let c = chosen.length - 1; c >= 0; c--) {
      const other = chosen[c]!;
      const differ = packed[candidate]! ^ packed[other]!;
      const places = (differ | differ >>> 1 | differ >>> 2 | differ >>> 3) & 0x11111111;
      const found = Math.imul(places, 0x11111111) >>> 28;
      if (found + (ninth[candidate] === ninth[other] ? 0 : 1) < distance) return false;
    }
    return true;
  }

  for (let distance = tiles; distance >= 1; distance--) {
    for (let i = 0; i < total && chosen.length < count; i++) {
      const k = (i * STRIDE[tiles]) % total;
      if (taken[k] === 0 && isFar(k, distance)) {
        chosen.push(k);
        taken[k] = 1;
      }
    }
  }
  return chosen.map((k) => [...all.subarray(k * tiles, (k + 1) * tiles)]);
}
