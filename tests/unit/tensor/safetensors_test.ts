import { assertEquals, assertThrows } from "@std/assert";
import { CorruptError } from "../../../src/errors.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../src/tensor/safetensors.ts";

const file = {
  tensors: new Map([
    ["a/kernel", { shape: [2, 2], data: new Float32Array([1, -2.5, 3e-7, 4]) }],
    ["b", { shape: [3], data: new Float32Array([5, 6, 7]) }],
    ["scalar", { shape: [], data: new Float32Array([8]) }],
  ]),
  metadata: { format: "test", note: "ünïcode" },
};

Deno.test("what was written is read back, whatever the alignment", () => {
  const bytes = encodeSafetensors(file);
  assertEquals(decodeSafetensors(bytes), file);
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  assertEquals(decodeSafetensors(shifted.subarray(3)), file);
});

Deno.test("the bytes are those of the format: length, JSON, little-endian floats", () => {
  const bytes = encodeSafetensors(file);
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  assertEquals(length % 8, 0);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  assertEquals(header["b"], { dtype: "F32", shape: [3], data_offsets: [16, 28] });
  assertEquals(new DataView(bytes.buffer).getFloat32(8 + length + 16, true), 5);
});

Deno.test("damaged files are refused", () => {
  const bytes = encodeSafetensors(file);
  const huge = bytes.slice();
  new DataView(huge.buffer).setBigUint64(0, 2n ** 62n, true);
  const garbled = bytes.slice();
  garbled[9] = 0;
  for (const bad of [bytes.slice(0, 4), bytes.slice(0, -1), huge, garbled, new Uint8Array(64)]) {
    assertThrows(() => decodeSafetensors(bad), CorruptError, "Cannot read safetensors");
  }
});
