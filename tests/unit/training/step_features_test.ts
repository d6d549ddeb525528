import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import type { Task } from "../../../src/objectives/network.ts";
import { StepFeatures } from "../../../src/training/step_features.ts";
import { runReplicas } from "../../support/replicas.ts";
import { onBackend } from "../../support/test_backends.ts";

/** A task that compares its output z. */
const CONTRASTIVE = {
  objective: {
    spec: { name: "simclr" },
    projections: ({ z }: { z: tf.Tensor2D }) => ({ z, temperature: 0.5 }),
  },
} as unknown as Task;

const PLAIN = { objective: { spec: { name: "rotation" } } } as unknown as Task;

/** Rows whose first number is their place among all. */
function rows(first: number, count: number, width: number): tf.Tensor2D {
  const values = Array.from({ length: count * width }, (_, i) => first + Math.floor(i / width));
  return tf.tensor2d(values, [count, width]);
}

function keep(size: number, all: number) {
  return runReplicas(size, (collective) =>
    tf.tidy(() => {
      const count = all / size;
      const features = new StepFeatures(collective);
      const pooled = rows(collective.rank * count, count, 3);
      features.keep(PLAIN, { pooled }, {});
      // The first task's h stands, whatever a second one makes of other views.
      features.keep(CONTRASTIVE, { pooled: rows(900, count, 3) }, {
        z: rows(collective.rank * count, count, 2),
      });
      const { z, temperature } = features.projections.simclr!;
      const found = { h: features.h!.arraySync(), z: z.arraySync(), temperature };
      features.dispose();
      return found;
    }));
}

const places = (numbers: number[][]) => numbers.map(([first]) => first!);
const count = (length: number, first = 0) => Array.from({ length }, (_, i) => first + i);

Deno.test("the features of one replica or several are the rows of the whole batch, in order", () =>
  onBackend("wasm simd", () => {
    for (const size of [1, 2, 4]) {
      for (const { h, z, temperature } of keep(size, 16)) {
        assertEquals([places(h), places(z), temperature], [count(16), count(16), 0.5]);
      }
    }
  }));

Deno.test("of a large batch every replica gives its first rows, pairs whole, 512 in all at most", () =>
  onBackend("wasm simd", () => {
    assertEquals(places(keep(1, 600)[0]!.h), count(512));
    assertEquals(places(keep(2, 600)[1]!.z), [...count(256), ...count(256, 300)]);
    const three = places(keep(3, 1200)[0]!.z);
    assertEquals(three, [...count(170), ...count(170, 400), ...count(170, 800)]);
  }));

Deno.test("without a step there is nothing to measure, and disposing of it does no harm", () => {
  const features = new StepFeatures({
    rank: 0,
    size: 1,
    allGather: (values) => values,
    allReduceSum: () => {},
    barrier: () => {},
  });
  assertEquals(features.h, undefined);
  features.dispose();
});
