import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Random } from "../../../src/random.ts";
import { drift, neighbourOverlap } from "../../../src/search/neighbour_overlap.ts";
import { unitVectors } from "../../../src/stores/unit_vectors.ts";

function rows(count: number, dimensions: number, seed: number): Float32Array[] {
  const random = new Random(seed).stream("rows");
  const numbers = Array.from({ length: count * dimensions }, () => random.normal());
  return unitVectors(numbers, dimensions).map((row) => row!);
}

/** Turned by 0.7 in its first plane and mirrored in its last axis. */
function turned(row: Float32Array): Float32Array {
  const [c, s] = [Math.cos(0.7), Math.sin(0.7)];
  const copy = row.slice();
  copy[0] = c * row[0]! - s * row[1]!;
  copy[1] = s * row[0]! + c * row[1]!;
  copy[copy.length - 1] = -copy.at(-1)!;
  return copy;
}

Deno.test("turned features have the same neighbours and no drift", () => {
  const a = rows(60, 8, 1);
  const b = a.map(turned);
  assertEquals(neighbourOverlap(a, b, 10), 1);
  assertAlmostEquals(drift(a, b), 0, 1e-6);
});

Deno.test("features with nothing in common share the neighbours that chance gives", () => {
  const a = rows(200, 64, 1);
  const b = rows(200, 32, 2);
  // 10 of 199 by chance.
  assert(Math.abs(neighbourOverlap(a, b, 10) - 10 / 199) < 0.03);
  assert(drift(a, b) > 0.5);
});

Deno.test("overlap counts what is shared: by hand, on a circle", () => {
  const at = (degrees: number) =>
    Float32Array.of(Math.cos(degrees * Math.PI / 180), Math.sin(degrees * Math.PI / 180));
  const a = [at(0), at(10), at(90), at(101)];
  // The nearest of 0, 1, 2, 3 are 1, 0, 3, 2; below they are 2, 3, 0, 1.
  const b = [at(0), at(90), at(10), at(101)];
  assertEquals(neighbourOverlap(a, b, 1), 0);
  assertEquals(neighbourOverlap(a, [at(0), at(10), at(50), at(95)], 1), 0.75);
  assertEquals(neighbourOverlap(a, b, 3), 1);
  assertEquals(neighbourOverlap(a.slice(0, 1), b.slice(0, 1), 5), 1);
});

Deno.test("drift is 1 - linear CKA, as its definition by centred features gives it", () => {
  const a = rows(30, 5, 1);
  const b = rows(30, 3, 2);
  const centre = (x: Float32Array[]) => {
    const mean = Array.from(x[0]!, (_, d) => x.reduce((sum, row) => sum + row[d]!, 0) / x.length);
    return x.map((row) => Array.from(row, (value, d) => value - mean[d]!));
  };
  const [x, y] = [centre(a), centre(b)];
  // The squared Frobenius norm of uᵀv.
  const cross = (u: number[][], v: number[][]) => {
    let sum = 0;
    for (let i = 0; i < u[0]!.length; i++) {
      for (let j = 0; j < v[0]!.length; j++) {
        sum += u.reduce((s, row, n) => s + row[i]! * v[n]![j]!, 0) ** 2;
      }
    }
    return sum;
  };
  const cka = cross(y, x) / Math.sqrt(cross(x, x) * cross(y, y));
  assertAlmostEquals(drift(a, b), 1 - cka, 1e-9);
});
