import { assertEquals, assertThrows } from "@std/assert";
import { UnavailableError } from "../../../../src/errors.ts";
import {
  hasRelaxedSimd,
  instantiateKernels,
  kernel,
} from "../../../../src/tensor/kernels/module.ts";

const folder = new URL("../../../../src/tensor/kernels/", import.meta.url);

Deno.test("the feature test says what the engine says of the relaxed build", async () => {
  const relaxed = await Deno.readFile(new URL("kernels.relaxed.wasm", folder));
  assertEquals(hasRelaxedSimd(), WebAssembly.validate(relaxed));
});

Deno.test("the plain build holds no relaxed instruction", async () => {
  const plain = await WebAssembly.compile(
    await Deno.readFile(new URL("kernels.simd.wasm", folder)),
  );
  const relaxed = await WebAssembly.compile(
    await Deno.readFile(new URL("kernels.relaxed.wasm", folder)),
  );
  const names = (module: WebAssembly.Module) =>
    WebAssembly.Module.exports(module).map((e) => e.name);
  assertEquals(names(plain), names(relaxed));
  // Relaxed SIMD's opcodes are fd 80..93 02 (LEB128 of 0x100 and more); nothing else begins so
  // often: the relaxed build has hundreds, the plain one none but chance matches in constants.
  const count = async (file: string) => {
    const bytes = await Deno.readFile(new URL(file, folder));
    return bytes.filter((byte, i) => byte === 0xfd && bytes[i + 1] === 0x85 && bytes[i + 2] === 2)
      .length;
  };
  assertEquals(await count("kernels.simd.wasm"), 0);
  assertEquals(await count("kernels.relaxed.wasm") > 100, true);
});

Deno.test("neither build brings data or memory of its own onto tfjs's heap", async () => {
  for (const build of ["relaxed", "simd"]) {
    const bytes = await Deno.readFile(new URL(`kernels.${build}.wasm`, folder));
    const module = await WebAssembly.compile(bytes);
    assertEquals(WebAssembly.Module.imports(module).map(({ kind }) => kind), ["memory"]);
    // Sections: 11 is data.
    const sections: number[] = [];
    for (let at = 8; at < bytes.length;) {
      sections.push(bytes[at]!);
      let size = 0;
      let shift = 0;
      do {
        at++;
        size |= (bytes[at]! & 127) << shift;
        shift += 7;
      } while (bytes[at]! & 128);
      at += 1 + size;
    }
    assertEquals(sections.includes(11), false);
  }
});

Deno.test("a kernel that is not there is an error with its name", async () => {
  await instantiateKernels(new WebAssembly.Memory({ initial: 1, maximum: 65536 }));
  assertThrows(() => kernel("fourier"), UnavailableError, "fourier");
});
