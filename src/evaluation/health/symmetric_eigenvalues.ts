/**
 * Eigenvalues of a symmetric matrix, in double precision.
 *
 * Householder's reduction to tridiagonal form, then implicit QL with Wilkinson's shift (Golub & Van
 * Loan, "Matrix Computations", 8.3). No eigenvectors, so 4/3 n³ operations.
 *
 * @module
 */
import { InternalError } from "../../errors.ts";

/** QL steps for one eigenvalue; about two are needed. */
const MOST_STEPS = 60;

/**
 * @param matrix Row-major, n × n; only its lower triangle is read.
 * @returns The n eigenvalues, in ascending order.
 * @throws {InternalError} If a number is not finite.
 */
export function symmetricEigenvalues(matrix: ArrayLike<number>, n: number): Float64Array {
  const a = Float64Array.from(matrix);
  if (a.length !== n * n || !a.every(Number.isFinite)) {
    throw new InternalError(
      `Cannot compute eigenvalues: not a finite ${n} × ${n} matrix, ${a.length} numbers`,
    );
  }
  const { diagonal, below } = tridiagonalise(a, n);
  diagonalise(diagonal, below, n);
  return diagonal.sort();
}

/** Reflects away all but the diagonal and the one below it; `below[i]` stands at (i + 1, i). */
function tridiagonalise(a: Float64Array, n: number) {
  const diagonal = new Float64Array(n);
  const below = new Float64Array(n);
  const v = new Float64Array(n);
  const p = new Float64Array(n);
  for (let k = 0; k < n - 2; k++) {
    let scale = 0;
    for (let i = k + 1; i < n; i++) scale = Math.max(scale, Math.abs(a[i * n + k]!));
    if (scale === 0) continue;
    // v = x ± |x| e1, the reflection that maps column k below the diagonal onto one number.
    let square = 0;
    for (let i = k + 1; i < n; i++) {
      v[i] = a[i * n + k]! / scale;
      square += v[i]! ** 2;
    }
    const length = v[k + 1]! >= 0 ? -Math.sqrt(square) : Math.sqrt(square);
    const half = square - length * v[k + 1]!;
    v[k + 1]! -= length;
    // A ← (I - v vᵀ / half) A (I - v vᵀ / half), symmetric: a rank-two update of what is left.
    let along = 0;
    for (let i = k + 1; i < n; i++) {
      let sum = 0;
      for (let j = k + 1; j <= i; j++) sum += a[i * n + j]! * v[j]!;
      for (let j = i + 1; j < n; j++) sum += a[j * n + i]! * v[j]!;
      p[i] = sum / half;
      along += p[i]! * v[i]!;
    }
    along /= 2 * half;
    for (let i = k + 1; i < n; i++) p[i]! -= along * v[i]!;
    for (let i = k + 1; i < n; i++) {
      for (let j = k + 1; j <= i; j++) {
        a[i * n + j]! -= v[i]! * p[j]! + p[i]! * v[j]!;
      }
    }
    a[(k + 1) * n + k] = length * scale;
  }
  for (let i = 0; i < n; i++) {
    diagonal[i] = a[i * n + i]!;
    if (i + 1 < n) below[i] = a[(i + 1) * n + i]!;
  }
  return { diagonal, below };
}

/** Turns the tridiagonal matrix until what is below the diagonal vanishes. */
function diagonalise(d: Float64Array, e: Float64Array, n: number): void {
  for (let low = 0; low < n; low++) {
    for (let steps = 0;; steps++) {
      let m = low;
      for (; m < n - 1; m++) {
        const size = Math.abs(d[m]!) + Math.abs(d[m + 1]!);
        if (Math.abs(e[m]!) <= Number.EPSILON * size) break;
      }
      if (m === low) break;
      if (steps === MOST_STEPS) {
        throw new InternalError(`Cannot compute eigenvalues: no end after ${steps} steps`);
      }
      let g = (d[low + 1]! - d[low]!) / (2 * e[low]!);
      let r = Math.hypot(g, 1);
      g = d[m]! - d[low]! + e[low]! / (g + (g >= 0 ? r : -r));
      let sine = 1;
      let cosine = 1;
      let shift = 0;
      let i = m - 1;
      for (; i >= low; i--) {
        const f = sine * e[i]!;
        const b = cosine * e[i]!;
        r = Math.hypot(f, g);
        e[i + 1] = r;
        if (r === 0) {
          // A rotation too many: split here and begin again.
          d[i + 1]! -= shift;
          e[m] = 0;
          break;
        }
        sine = f / r;
        cosine = g / r;
        g = d[i + 1]! - shift;
        r = (d[i]! - g) * sine + 2 * cosine * b;
        shift = sine * r;
        d[i + 1] = g + shift;
        g = cosine * r - b;
      }
      if (r === 0 && i >= low) continue;
      d[low]! -= shift;
      e[low] = g;
      e[m] = 0;
    }
  }
}
