/**
 * L-BFGS (Nocedal & Wright, "Numerical Optimization", 2nd edition, algorithm 7.4): minimises a smooth
 * function of many variables from its values and gradients, without a learning rate to choose.
 *
 * The function may be computed in single precision: when no step along the search direction gives
 * a decrease that its rounding can show, the minimum has been reached as well as it can be told.
 *
 * @module
 */

/** A function's value and gradient at a point. */
export interface Evaluated {
  value: number;
  gradient: Float64Array;
}

/** What {@linkcode minimise} takes beside the function. */
export interface MinimiseOptions {
  /** Most iterations. */
  iterations: number;
  /** Done when no component of the gradient is larger. */
  tolerance: number;
  /**
   * Done when the last iterations together lowered the value by less than this, as a share of it.
   *
   * @default {0} Never.
   */
  progress?: number;
}

/** Where it ended. */
export interface Minimum {
  point: Float64Array;
  value: number;
  iterations: number;
  /** Whether the gradient was below the tolerance, or the value had stopped falling. */
  converged: boolean;
}

/** Pairs of steps and changes of the gradient that stand for the curvature. */
const MEMORY = 10;
/** Armijo's condition: a step must give this share of the decrease that the slope promises. */
const SUFFICIENT = 1e-4;
const MOST_HALVINGS = 20;
/** Iterations whose progress is looked at together. */
const WINDOW = 5;
/** Relative rounding of a value that was computed in single precision. */
const ROUNDING = 1e-6;

/** @param evaluate Value and gradient at a point. */
export async function minimise(
  evaluate: (point: Float64Array) => Promise<Evaluated>,
  start: Float64Array,
  { iterations, tolerance, progress = 0 }: MinimiseOptions,
): Promise<Minimum> {
  let point = start;
  let { value, gradient } = await evaluate(point);
  const values = [value];
  const steps: Float64Array[] = [];
  const changes: Float64Array[] = [];
  for (let iteration = 0; iteration < iterations; iteration++) {
    if (largest(gradient) <= tolerance) {
      return { point, value, iterations: iteration, converged: true };
    }
    const direction = descent(gradient, steps, changes);
    const slope = dot(direction, gradient);
    // The first direction is the bare gradient, whose length says nothing about the step's.
    let length = steps.length === 0 ? 1 / Math.max(1, Math.sqrt(dot(gradient, gradient))) : 1;
    let next: (Evaluated & { point: Float64Array }) | undefined;
    for (let halving = 0; halving < MOST_HALVINGS; halving++, length /= 2) {
      const candidate = point.map((x, i) => x + length * direction[i]!);
      const there = await evaluate(candidate);
      if (isEnough(value, slope, length, there.value, dot(direction, there.gradient))) {
        next = { ...there, point: candidate };
        break;
      }
    }
    if (next === undefined) {
      if (steps.length === 0) return { point, value, iterations: iteration, converged: true };
      // The curvature misled: once more from the bare gradient.
      steps.length = 0;
      changes.length = 0;
      continue;
    }
    const step = next.point.map((x, i) => x - point[i]!);
    const change = next.gradient.map((g, i) => g - gradient[i]!);
    // Without positive curvature the pair would turn the direction uphill.
    if (dot(step, change) > 1e-10 * dot(change, change)) {
      steps.push(step);
      changes.push(change);
      if (steps.length > MEMORY) {
        steps.shift();
        changes.shift();
      }
    }
    ({ point, value, gradient } = next);
    values.push(value);
    const before = values.at(-1 - WINDOW);
    if (before !== undefined && before - value < progress * Math.abs(value)) {
      return { point, value, iterations: iteration + 1, converged: true };
    }
  }
  return { point, value, iterations, converged: largest(gradient) <= tolerance };
}

/**
 * Armijo's condition, or, where the values are so near to each other that their rounding decides,
 * the same said of slopes (Hager & Zhang 2005, the approximate Wolfe condition).
 */
function isEnough(
  value: number,
  slope: number,
  length: number,
  there: number,
  slopeThere: number,
): boolean {
  if (there <= value + SUFFICIENT * length * slope) return true;
  return there <= value + ROUNDING * Math.abs(value) && slopeThere <= (2 * SUFFICIENT - 1) * slope;
}

/** The two-loop recursion: minus the inverse Hessian's estimate times the gradient. */
function descent(
  gradient: Float64Array,
  steps: readonly Float64Array[],
  changes: readonly Float64Array[],
): Float64Array {
  const q = gradient.map((g) => -g);
  const factors: number[] = [];
  for (let i = steps.length - 1; i >= 0; i--) {
    const factor = dot(steps[i]!, q) / dot(steps[i]!, changes[i]!);
    factors[i] = factor;
    addScaled(q, changes[i]!, -factor);
  }
  const last = steps.length - 1;
  if (last >= 0) {
    const scale = dot(steps[last]!, changes[last]!) / dot(changes[last]!, changes[last]!);
    for (let i = 0; i < q.length; i++) q[i]! *= scale;
  }
  for (let i = 0; i < steps.length; i++) {
    const back = dot(changes[i]!, q) / dot(steps[i]!, changes[i]!);
    addScaled(q, steps[i]!, factors[i]! - back);
  }
  return q;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function addScaled(to: Float64Array, from: Float64Array, factor: number): void {
  for (let i = 0; i < to.length; i++) to[i]! += factor * from[i]!;
}

function largest(values: Float64Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}
