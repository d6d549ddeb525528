import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import { BUILDS, useBuild } from "./compare.ts";

Deno.test("a clone shares the numbers and keeps them when the first is disposed of", async () => {
  const backend = await useBuild(BUILDS[0]!);
  const before = backend.numDataIds();
  const x = tf.tensor1d([1, 2, 3]);
  const clone = x.clone();
  assertEquals(clone.dataId, x.dataId);
  x.dispose();
  assertEquals([...clone.dataSync()], [1, 2, 3]);
  clone.dispose();
  assertEquals(backend.numDataIds(), before);
});

Deno.test("a clone of strings keeps them too", async () => {
  await useBuild(BUILDS[0]!);
  const x = tf.tensor1d(["a", "b"]);
  const clone = x.clone();
  x.dispose();
  assertEquals([...clone.dataSync<"string">()], ["a", "b"]);
  clone.dispose();
});

Deno.test("assigning to a variable does not change a clone of it", async () => {
  await useBuild(BUILDS[0]!);
  const variable = tf.variable(tf.tensor1d([1, 2]));
  const clone = variable.clone();
  variable.assign(tf.tensor1d([3, 4]));
  assertEquals([...clone.dataSync()], [1, 2]);
  assertEquals([...variable.dataSync()], [3, 4]);
  tf.dispose([variable, clone]);
});
