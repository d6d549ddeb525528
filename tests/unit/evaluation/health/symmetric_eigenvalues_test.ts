import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { InternalError } from "../../../../src/errors.ts";
import { symmetricEigenvalues } from "../../../../src/evaluation/health/symmetric_eigenvalues.ts";
import { Random } from "../../../../src/random.ts";
import fixture from "../../../fixtures/health_measures.json" with { type: "json" };

Deno.test("eigenvalues are LAPACK's", () => {
  const found = symmetricEigenvalues(fixture.symmetric, 9);
  fixture.eigenvalues.forEach((value, i) => assertAlmostEquals(found[i]!, value, 1e-12));
});

Deno.test("matrices that are diagonal, of equal rows, of nothing or tiny have theirs", () => {
  assertEquals([...symmetricEigenvalues([], 0)], []);
  assertEquals([...symmetricEigenvalues([-3], 1)], [-3]);
  assertEquals([...symmetricEigenvalues([2, 0, 0, 0, 1, 0, 0, 0, 3], 3)], [1, 2, 3]);
  assertEquals([...symmetricEigenvalues(Array(16).fill(0), 4)], [0, 0, 0, 0]);
  const ones = symmetricEigenvalues(Array(16).fill(1), 4);
  [0, 0, 0, 4].forEach((value, i) => assertAlmostEquals(ones[i]!, value, 1e-14));
  const tiny = symmetricEigenvalues([2e-200, 1e-200, 1e-200, 2e-200], 2);
  assertAlmostEquals(tiny[0]! / 1e-200, 1, 1e-12);
  assertAlmostEquals(tiny[1]! / 1e-200, 3, 1e-12);
});

Deno.test("their sum is the trace, and the sum of their squares that of all numbers", () => {
  const n = 64;
  const stream = new Random(3).stream("matrix");
  const a = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) a[i * n + j] = a[j * n + i] = stream.normal();
  }
  const values = symmetricEigenvalues(a, n);
  const trace = a.reduce((sum, value, i) => sum + (i % (n + 1) === 0 ? value : 0), 0);
  assertAlmostEquals(values.reduce((sum, value) => sum + value, 0), trace, 1e-10);
  const square = a.reduce((sum, value) => sum + value ** 2, 0);
  assertAlmostEquals(values.reduce((sum, value) => sum + value ** 2, 0) / square, 1, 1e-12);
});

Deno.test("numbers that are none, and too few, are refused", () => {
  assertThrows(() => symmetricEigenvalues([NaN], 1), InternalError);
  assertThrows(() => symmetricEigenvalues([1, 2, 3], 2), InternalError);
});
