import * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { assert, assertEquals, assertGreater, assertThrows } from "@std/assert";
import { OutOfMemoryError } from "../../../src/errors.ts";
import { runSelfTest } from "../../../src/tensor/self_test.ts";
import {
  addressOf,
  emscriptenModule,
  guardHeap,
  heapBytes,
  withScratch,
} from "../../../src/tensor/wasm_heap.ts";
import { assertClose, BUILDS, normal, onCpu, run, useBuild } from "./kernels/compare.ts";

const GIB = 1024 ** 3;

/** Tensors without contents: memory that is never touched costs the machine nothing. */
class Ballast {
  readonly #backend: BackendWasm;
  readonly #tensors: tf.TensorInfo[] = [];

  constructor(backend: BackendWasm) {
    this.#backend = backend;
  }

  add(bytes: number): number {
    const tensor = this.#backend.makeOutput([bytes / 4], "float32");
    this.#tensors.push(tensor);
    return addressOf(this.#backend, tensor);
  }

  free(): void {
    for (const { dataId } of this.#tensors.splice(0)) this.#backend.disposeData(dataId);
  }
}

Deno.test("tensors above 2 GiB are written, computed with and read back", async () => {
  const backend = await useBuild(BUILDS[0]!);
  const ballast = new Ballast(backend);
  try {
    while (ballast.add(GIB / 4) < 2 * GIB);
    const x = tf.tensor1d([1, 2, 3]);
    // Small blocks may fit below: only what lies above 2 GiB shows anything.
    const large = tf.tensor1d(new Float32Array(4 * 1024 * 1024).fill(0.5));
    assertGreater(addressOf(backend, large), 2 * GIB);
    assertEquals([...tf.tidy(() => tf.slice(tf.add(large, 1), 12345, 2).dataSync())], [1.5, 1.5]);
    assertEquals([...x.dataSync()], [1, 2, 3]);
    tf.dispose([x, large]);
    const filler: number[] = [];
    while ((filler.at(-1) ?? 0) < 2 * GIB) filler.push(ballast.add(1024 * 1024));
    const inputs = [normal([4, 16, 16, 16], 1), normal([3, 3, 16, 16], 2)];
    const convolve = (x: tf.Tensor, filter: tf.Tensor) =>
      tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, "same");
    assertClose(run(convolve, inputs), await onCpu(convolve, inputs), "above 2 GiB");
    assertEquals((await runSelfTest()).filter(({ ok }) => !ok), []);
  } finally {
    ballast.free();
  }
});

Deno.test("a full heap is an error that names the size, and the backend works on after it", async () => {
  const backend = await useBuild(BUILDS[0]!);
  const ballast = new Ballast(backend);
  try {
    for (const bytes of [GIB / 4, GIB / 64, GIB / 1024, 65536]) {
      const error = assertThrows(
        () => {
          for (;;) ballast.add(bytes);
        },
        OutOfMemoryError,
        `Cannot allocate ${bytes} bytes`,
      );
      assert(error.message.includes("smaller batch"));
    }
    assertGreater(heapBytes(), 3.5 * GIB);
    assertThrows(() => tf.zeros([1024, 1024]), OutOfMemoryError);
    // What is left is enough for small work, tfjs's own kernels included.
    const inputs = [normal([1, 4, 4, 8], 1)];
    const sum = (x: tf.Tensor) => tf.sum(x);
    const want = await onCpu(sum, inputs);
    ballast.free();
    assertClose(run(sum, inputs), want, "after a full heap");
    assertEquals((await runSelfTest()).filter(({ ok }) => !ok), []);
  } finally {
    ballast.free();
  }
});

Deno.test("a kernel that runs out of heap frees the output it had made", async () => {
  const backend = await useBuild(BUILDS[0]!);
  const ballast = new Ballast(backend);
  // The product is small; the packed copy of its second factor, 32 MiB, does not fit.
  const depth = 1024 * 1024;
  const a = tf.zeros([16, depth]);
  const b = tf.zeros([depth, 8]);
  try {
    assertThrows(() => {
      for (;;) ballast.add(GIB / 64);
    }, OutOfMemoryError);
    const before = backend.numDataIds();
    assertThrows(() => tf.matMul(a, b), OutOfMemoryError);
    assertEquals(backend.numDataIds(), before);
  } finally {
    ballast.free();
    tf.dispose([a, b]);
  }
});

Deno.test("scratch space is aligned, and freed when its user throws", async () => {
  const backend = await useBuild(BUILDS[0]!);
  const first = withScratch(backend, 100, (address) => address);
  assertEquals(first % 64, 0);
  assertThrows(() =>
    withScratch(backend, 100, () => {
      throw new Error("in between");
    })
  );
  assertEquals(withScratch(backend, 100, (address) => address), first);
});

Deno.test("guarding a heap twice guards it once", async () => {
  const backend = await useBuild(BUILDS[0]!);
  const before = emscriptenModule(backend)._malloc;
  guardHeap(backend);
  assertEquals(emscriptenModule(backend)._malloc, before);
});
